#include "format/json.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "core/random.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::format {
namespace {

std::string fault_of(const std::string& text) {
  return error_of([&] { parse_json(text, "x.json"); });
}

std::string nested(int levels) {
  return std::string(static_cast<size_t>(levels), '[') +
         std::string(static_cast<size_t>(levels), ']');
}

}  // namespace

TEST_CASE("JSON is read as it is written", "[unit]") {
  const auto json =
      parse_json(R"({"a": [1, -2.5, true, null], "b": {"a": "caf\u00e9"}})", "x.json");
  CHECK(json["a"][1] == -2.5);
  CHECK(json["b"]["a"] == "caf\xc3\xa9");
  CHECK(json["a"][3].is_null());
  CHECK(parse_json(" 3 ", "x.json") == 3);
}

TEST_CASE("nesting has a limit", "[unit]") {
  CHECK(parse_json(nested(64), "x.json").is_array());
  CHECK(fault_of(nested(65)) == "x.json: JSON nested deeper than 64 levels");
  CHECK(fault_of(std::string(1000000, '[')) == "x.json: JSON nested deeper than 64 levels");
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  CHECK(fault_of(objects) == "x.json: JSON nested deeper than 64 levels");
}

TEST_CASE("a key given twice is an error, the same key elsewhere is none", "[unit]") {
  CHECK(fault_of(R"({"a": 1, "b": 2, "a": 3})") == "x.json: JSON key 'a' is given twice");
  CHECK(fault_of(R"([{"x": {"k": 1, "k": 1}}])") == "x.json: JSON key 'k' is given twice");
  CHECK(fault_of(R"({"a": 1, "\u0061": 3})") == "x.json: JSON key 'a' is given twice");
  CHECK(parse_json(R"({"a": {"a": {"a": 1}}, "b": [{"a": 1}, {"a": 2}]})", "x.json").is_object());
}

TEST_CASE("many objects and many members are read in one pass", "[unit]") {
  constexpr size_t kMany = 200000;
  std::string list = "[{}", object = "{\"k\": {}";
  for (size_t i = 1; i < kMany; ++i) {
    list += ",{}";
    object += ", \"k" + std::to_string(i) + "\": {}";
  }
  CHECK(parse_json(list + "]", "x.json").size() == kMany);
  CHECK(parse_ordered_json(list + "]", "x.json").size() == kMany);
  CHECK(parse_json(object + "}", "x.json").size() == kMany);
  // One that keeps its order would look at all of them for each.
  CHECK(error_of([&] { parse_ordered_json(object + "}", "x.json"); }) ==
        "x.json: a JSON object of more than 32768 members; split it into several files");
}

TEST_CASE("text that is not JSON is an error with its place", "[unit]") {
  for (const char* text :
       {"", " ", "{", "[1,]", "{\"a\" 1}", "{'a': 1}", "nul", "01", "1 2", "[1]]", "NaN",
        "Infinity", "\"\\x\"", "\"tab\there\"", "// c\n1", "\"\\ud800\""}) {
    INFO(text);
    CHECK(contains(fault_of(text), "x.json: not valid JSON: "));
  }
  CHECK(contains(fault_of("{\n  \"a\": ,\n}"), "line 2, column 8"));
}

TEST_CASE("text must be UTF-8", "[unit]") {
  CHECK(parse_json("\"\xe6\x96\x87\xf0\x9f\x98\x80\"", "x.json").is_string());
  for (const char* bytes :
       {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe6\x96", "\x80"}) {
    CHECK(contains(fault_of("\"" + std::string(bytes) + "\""), "x.json: not valid JSON: "));
    CHECK(contains(fault_of("{\"" + std::string(bytes) + "\": 1}"), "x.json: not valid JSON: "));
  }
}

TEST_CASE("members have their type checked", "[unit]") {
  const auto json = parse_json(
      R"({"n": 3, "x": 1.5, "t": "a", "low": -9223372036854775808, "high": 9223372036854775807,
          "huge": 9223372036854775808, "more": 1e30, "none": null})",
      "x.json");
  CHECK(json_integer(json, "n", "x.json") == 3);
  CHECK(json_integer(json, "low", "x.json") == INT64_MIN);
  CHECK(json_integer(json, "high", "x.json") == INT64_MAX);
  CHECK(json_number(json, "x", "x.json") == 1.5);
  CHECK(json_number(json, "n", "x.json") == 3);
  CHECK(json_text(json, "t", "x.json") == "a");
  for (const char* key : {"x", "t", "huge", "more", "none"}) {
    CHECK(error_of([&] { json_integer(json, key, "x.json"); }) ==
          "x.json: \"" + std::string(key) + "\" is not a whole number that fits 64 bits");
  }
  CHECK(error_of([&] { json_number(json, "t", "x.json"); }) == "x.json: \"t\" is not a number");
  CHECK(error_of([&] { json_text(json, "n", "x.json"); }) == "x.json: \"n\" is not text");
  const std::string absent = "x.json: no \"z\" in it; the file is not of this kind or damaged";
  CHECK(error_of([&] { json_integer(json, "z", "x.json"); }) == absent);
  CHECK(error_of([&] { json_text(parse_json("[1]", "x.json"), "z", "x.json"); }) == absent);
}

TEST_CASE("a file is named in its errors", "[unit]") {
  const ScratchFolder folder;
  CHECK(read_json(folder.file("a.json", "[1, 2]")).size() == 2);
  const auto path = folder.file("b.json", "[1, 2");
  CHECK(contains(error_of([&] { read_json(path); }), path.string() + ": not valid JSON: "));
  CHECK(error_of([&] { read_json(folder / "c.json"); }) ==
        (folder / "c.json").string() + ": no such file");
}

TEST_CASE("damaged JSON is read or refused, nothing else", "[unit]") {
  const std::string whole = R"({"a": [1, -2.5e3, true, null], "b": {"c": "x\u00e9y", "d": []}})";
  Stream random(3, "damage");
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    auto text = whole;
    text[random.below(text.size())] = static_cast<char>(random.below(256));
    if (i % 4 == 0) text.resize(random.below(text.size()));
    try {
      parse_json(text, "x.json");
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 1000);
  CHECK(refused < 2000);
}

}  // namespace trm::format
