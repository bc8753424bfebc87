#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "figure/scale.h"

namespace trm::report {

// Reading an evaluation's JSON: nothing where a key is missing or has another type.
using Json = nlohmann::ordered_json;
std::optional<double> number_at(const Json& json, const std::string& key);
const Json& part_at(const Json& json, const std::string& key);  // null where it is missing
// A share and its interval as percentages.
std::optional<double> percent_at(const Json& json, const std::string& key);
std::optional<figure::Range> interval_of(const Json& json);
// "exact_accuracy" -> "exact accuracy".
std::string words_of(std::string name);

}  // namespace trm::report
