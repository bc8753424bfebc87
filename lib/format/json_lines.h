#pragma once

#include <istream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace trm::format {

// f(object) for each object of a log of JSON lines, first to last. Lines that hold none, as one
// that was cut off by a crash, are passed over.
template <class Json = nlohmann::json, class F>
void each_json_line(std::istream& log, const F& f) {
  for (std::string text; std::getline(log, text);) {
    auto line = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (line.is_object()) f(std::move(line));
  }
}

// A member of an object where it is there and a number.
template <class Json>
std::optional<double> number_in(const Json& line, const std::string& key) {
  const auto value = line.find(key);
  if (value == line.end() || !value->is_number()) return std::nullopt;
  return value->template get<double>();
}

}  // namespace trm::format
