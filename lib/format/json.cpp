#include "format/json.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "core/printable.h"

namespace trm::format {
namespace {

using nlohmann::json;

constexpr int kMostDepth = 64;

// Watches the parser: stops it before deep nesting can exhaust the stack, and at a repeated key.
class Guard {
 public:
  explicit Guard(const std::string& where) : where_(where) {}

  template <class Json>
  bool operator()(int depth, typename Json::parse_event_t event, Json& parsed) {
    using Event = typename Json::parse_event_t;
    if (depth > kMostDepth) throw Error(where_ + ": JSON nested deeper than 64 levels");
    if (event == Event::object_start) {
      keys_.emplace_back();
    } else if (event == Event::object_end) {
      keys_.pop_back();
    } else if (event == Event::key) {
      const auto key = parsed.template get<std::string>();
      if (!keys_.back().insert(key).second) {
        throw Error(where_ + ": JSON key '" + printable(key) + "' is given twice");
      }
    }
    return true;
  }

 private:
  const std::string& where_;
  std::vector<std::set<std::string>> keys_;
};

template <class Json>
Json parse(std::string_view text, const std::string& where) {
  Guard guard(where);
  try {
    return Json::parse(text, [&](int depth, typename Json::parse_event_t event, Json& parsed) {
      return guard(depth, event, parsed);
    });
  } catch (const json::exception& error) {
    const std::string_view said = error.what();  // "[json.exception...] parse error at line ..."
    throw Error(where + ": not valid JSON: " + printable(said.substr(said.find(' ') + 1), 200) +
                "; mend the file");
  }
}

const json& member(const json& object, const std::string& key, const std::string& where) {
  if (!object.is_object() || !object.contains(key)) {
    throw Error(where + ": no \"" + key + "\" in it; the file is not of this kind or damaged");
  }
  return object[key];
}

}  // namespace

json parse_json(std::string_view text, const std::string& where) {
  return parse<json>(text, where);
}

json read_json(const std::filesystem::path& path) {
  return parse_json(read_text(path), path.string());
}

nlohmann::ordered_json parse_ordered_json(std::string_view text, const std::string& where) {
  return parse<nlohmann::ordered_json>(text, where);
}

int64_t json_integer(const json& object, const std::string& key, const std::string& where) {
  const auto& value = member(object, key, where);
  const bool too_large = value.is_number_unsigned() && value.get<uint64_t>() > INT64_MAX;
  if (!value.is_number_integer() || too_large) {
    throw Error(where + ": \"" + key + "\" is not a whole number that fits 64 bits");
  }
  return value.get<int64_t>();
}

double json_number(const json& object, const std::string& key, const std::string& where) {
  const auto& value = member(object, key, where);
  if (!value.is_number()) throw Error(where + ": \"" + key + "\" is not a number");
  return value.get<double>();
}

std::string json_text(const json& object, const std::string& key, const std::string& where) {
  const auto& value = member(object, key, where);
  if (!value.is_string()) throw Error(where + ": \"" + key + "\" is not text");
  return value.get<std::string>();
}

}  // namespace trm::format
