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

constexpr size_t kMostDepth = 64;
// Of an object that keeps its order, which looks at all of them for each.
constexpr size_t kMostOrdered = 1 << 15;

// Looks a text through before a tree is built: stops before deep nesting can exhaust the stack, and
// at a repeated key. (The tree's own parser would call back at quadratic cost.)
class Guard : public json::json_sax_t {
 public:
  // most_members: of one object.
  Guard(const std::string& where, size_t most_members)
      : where_(where), most_members_(most_members) {}

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }

  bool start_object(size_t /*members*/) override { return descend(); }
  bool key(string_t& name) override {
    auto& keys = keys_.back();
    if (!keys.insert(name).second)
      throw Error(where_ + ": JSON key '" + printable(name) + "' is given twice");
    if (keys.size() > most_members_)
      throw Error(where_ + ": a JSON object of more than " + std::to_string(most_members_) +
                  " members; split it into several files");
    return true;
  }
  bool end_object() override { return ascend(); }
  bool start_array(size_t /*items*/) override { return descend(); }
  bool end_array() override { return ascend(); }

  bool parse_error(size_t /*position*/, const std::string& /*token*/,
                   const json::exception& error) override {
    const std::string_view said = error.what();  // "[json.exception...] parse error at line ..."
    throw Error(where_ + ": not valid JSON: " + printable(said.substr(said.find(' ') + 1), 200) +
                "; mend the file");
  }

 private:
  bool descend() {
    if (keys_.size() == kMostDepth) throw Error(where_ + ": JSON nested deeper than 64 levels");
    keys_.emplace_back();
    return true;
  }
  bool ascend() {
    keys_.pop_back();
    return true;
  }

  const std::string& where_;
  size_t most_members_;
  std::vector<std::set<std::string>> keys_;  // of each level; none of an array
};

template <class Json>
Json parse(std::string_view text, const std::string& where, size_t most_members) {
  Guard guard(where, most_members);
  json::sax_parse(text, &guard);
  return Json::parse(text);
}

const json& member(const json& object, const std::string& key, const std::string& where) {
  if (!object.is_object() || !object.contains(key)) {
    throw Error(where + ": no \"" + key + "\" in it; the file is not of this kind or damaged");
  }
  return object[key];
}

}  // namespace

json parse_json(std::string_view text, const std::string& where) {
  return parse<json>(text, where, SIZE_MAX);
}

json read_json(const std::filesystem::path& path) {
  return parse_json(read_text(path), path.string());
}

nlohmann::ordered_json parse_ordered_json(std::string_view text, const std::string& where) {
  return parse<nlohmann::ordered_json>(text, where, kMostOrdered);
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
