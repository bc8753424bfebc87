#include "core/config_dump.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/config_help.h"
#include "core/config_read.h"
#include "tests/catch.h"

namespace trm {
namespace {

struct Plain {
  struct Config {
    static constexpr std::string_view kind = "plain";
    template <class V>
    void fields(V& /*v*/) {}
  };
};

struct Damped {
  struct Config {
    static constexpr std::string_view kind = "damped";
    double damping = 0.5;

    template <class V>
    void fields(V& v) {
      v("damping", damping, "share that stays", {.min = 0, .max = 1, .above_min = true});
    }
  };
};

struct Stage {
  std::string title = "first";
  OneOf<Plain, Damped> core;

  template <class V>
  void fields(V& v) {
    v("title", title, "its name");
    v("core", core, "its recursion");
  }
};

struct Config {
  bool on = true;
  int64_t count = -3;
  double rate = 0.1;
  std::string text;
  std::string device = "cpu";
  std::optional<int64_t> limit;
  std::vector<std::string> words = {"a"};
  std::vector<std::vector<int64_t>> table;
  std::vector<Stage> stages;
  OneOf<Plain, Damped> core;

  template <class V>
  void fields(V& v) {
    v("on", on, "a switch");
    v("count", count, "a count", {.min = -5});
    v("rate", rate, "a rate");
    v("text", text, "some text");
    v("device", device, "where", {.free = true, .choices = {"cpu", "cuda"}});
    v("limit", limit, "most steps");
    v("words", words, "words");
    v("table", table, "rows of numbers");
    v("stages", stages, "the stages");
    v("core", core, "the recursion");
  }
};

// Reads a dump back and compares every field; the dump itself must come out the same as well.
void check_round_trip(const Config& config) {
  const auto yaml = dump_config(config);
  INFO(yaml);
  const auto back = read_config<Config>(parse_config(yaml, "dump", {}));
  CHECK(numeric_differences(config, back).empty());
  CHECK(back.text == config.text);
  CHECK(back.rate == config.rate);
  CHECK(back.words == config.words);
  CHECK(back.table == config.table);
  CHECK(back.limit == config.limit);
  CHECK(dump_config(back) == yaml);
}

}  // namespace

TEST_CASE("a dump reads as a config file does", "[unit]") {
  Config config;
  config.stages.resize(1);
  CHECK(dump_config(config) ==
        "on: true\ncount: -3\nrate: 0.1\ntext: \"\"\ndevice: cpu\nlimit: null\n"
        "words:\n  - a\ntable: []\nstages:\n  -\n    title: first\n    core:\n"
        "      kind: plain\ncore:\n  kind: plain\n");
}

TEST_CASE("a dump reads back to an equal config", "[unit]") {
  Config config;
  check_round_trip(config);
  config.core = Damped::Config{0.1 + 0.2};
  config.stages = {{"one", {}}, {"two", Damped::Config{1e-300}}};
  config.table = {{1, 2}, {}, {std::numeric_limits<int64_t>::min()}};
  config.words = {};
  config.limit = std::numeric_limits<int64_t>::max();
  for (const double rate : {1.0, -0.0, 1e-7, 1e22, 1.0 / 3, std::numeric_limits<double>::max(),
                            std::numeric_limits<double>::denorm_min()}) {
    config.rate = rate;
    check_round_trip(config);
  }
}

TEST_CASE("text survives a dump whatever it holds", "[unit]") {
  Config config;
  for (const char* text :
       {"null",      "Null", "NULL",   "~",     "true",        "True",         "12",         "1e3",
        "- a",       "-",    "---",    "...",   " a",          "a ",           "a: b",       "a #b",
        "#",         "[x]",  "{x: 1}", "&a",    "*a",          "!t",           "|",          ">",
        "%x",        "@x",   "`x",     "\"q\"", "it's",        "back\\slash",  "two\nlines", "\n",
        "tab\there", "\t",   "\r",     "a\rb",  "\r\n",        "\x01\x7f",     "?",          "? a",
        ",",         "a, b", "=",      "<<",    "caf\xc3\xa9", "\xe6\x96\x87", "/a/b-c_d.e"}) {
    config.text = text;
    config.words = {text, "plain", text};
    check_round_trip(config);
  }
}

TEST_CASE("a free field, and all within it, does not decide numbers", "[unit]") {
  Config config;
  ConfigWriter writer;
  config.fields(writer);
  for (const auto& line : writer.lines()) CHECK(line.free == (line.path == "device"));
}

TEST_CASE("help names every key with default, meaning, type and bounds", "[unit]") {
  CHECK(help_config<Config>() ==
        "on = true\n    a switch; true or false\n"
        "count = -3\n    a count; whole number, at least -5\n"
        "rate = 0.1\n    a rate; number\n"
        "text = ''\n    some text; text\n"
        "device = cpu\n    where; cpu or cuda (free)\n"
        "limit = null\n    most steps; whole number\n"
        "words = [a]\n    words; list\n"
        "table = []\n    rows of numbers; list\n"
        "stages\n    the stages; a list, whose first item is 0\n"
        "stages.0.title = first\n    its name; text\n"
        "stages.0.core = plain\n    its recursion; one of plain, damped\n"
        "stages.0.core.damping = 0.5\n"
        "    of damped: share that stays; number, above 0, at most 1\n"
        "core = plain\n    the recursion; one of plain, damped\n"
        "core.damping = 0.5\n    of damped: share that stays; number, above 0, at most 1\n"
        "(free): may change when a run is continued.\n");
}

TEST_CASE("help of a section, or of a word, in lines of a width", "[unit]") {
  CHECK(help_config<Config>("core") ==
        "core = plain\n    the recursion; one of plain, damped\n"
        "core.damping = 0.5\n    of damped: share that stays; number, above 0, at most 1\n"
        "(free): may change when a run is continued.\n");
  CHECK(help_config<Config>("STAYS", 40) ==
        "stages.0.core.damping = 0.5\n"
        "    of damped: share that stays; number,\n    above 0, at most 1\n"
        "core.damping = 0.5\n"
        "    of damped: share that stays; number,\n    above 0, at most 1\n"
        "(free): may change when a run is\ncontinued.\n");
  CHECK(contains(error_of([] { help_config<Config>("stagges"); }),
                 "--help-config: no key has 'stagges' in its name or meaning; did you mean "
                 "'stages'? sections: stages"));
}

namespace {

struct Study {
  Named<std::vector<std::string>> arms;
  Named<int64_t> sizes;

  template <class V>
  void fields(V& v) {
    v("arms", arms, "what is compared");
    v("sizes", sizes, "of each", {.min = 1});
  }
};

}  // namespace

TEST_CASE("a map with names of its own is read, written and told in its order", "[unit]") {
  const auto read = [](const std::string& text) {
    return read_config<Study>(parse_config(text, "x.yaml"));
  };
  const auto study = read("arms: {b: [x=1, y=2], a.b: []}\nsizes: {one: 3}\n");
  REQUIRE(study.arms.size() == 2);
  CHECK(study.arms[0] == std::pair<std::string, std::vector<std::string>>{"b", {"x=1", "y=2"}});
  CHECK(study.arms[1].first == "a.b");
  const auto again = read(dump_config(study));
  CHECK(again.arms == study.arms);
  CHECK(again.sizes == study.sizes);
  CHECK(read(dump_config(Study{})).arms.empty());
  CHECK(contains(help_config<Study>("arms"), "a map of names of your own"));
  const auto fault = [&](const std::string& text) {
    try {
      read(text);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(contains(fault("sizes: {one: 0}\n"), "sizes.one: 0 is too small; at least 1"));
  CHECK(contains(fault("sizes: [1]\n"), "sizes: a map of names is needed"));
  CHECK(contains(fault("size: {}\n"), "did you mean 'sizes'?"));
}

}  // namespace trm
