#include "report/reading.h"

#include <algorithm>
#include <cmath>

namespace trm::report {

std::string words_of(std::string name) {
  if (name == "q_halt_accuracy") return "halting accuracy";
  if (name == "q_halt_loss") return "halting loss";
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::optional<double> number_at(const Json& json, const std::string& key) {
  const auto& part = part_at(json, key);
  if (!part.is_number()) return std::nullopt;
  const auto value = part.get<double>();
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

const Json& part_at(const Json& json, const std::string& key) {
  static const Json kNone;
  if (!json.is_object()) return kNone;
  const auto found = json.find(key);
  return found == json.end() ? kNone : *found;
}

std::optional<double> percent_at(const Json& json, const std::string& key) {
  const auto value = number_at(json, key);
  return value ? std::optional(100 * *value) : std::nullopt;
}

std::optional<figure::Range> interval_of(const Json& json) {
  if (!json.is_array() || json.size() != 2 || !json[0].is_number() || !json[1].is_number())
    return std::nullopt;
  const figure::Range range{100 * json[0].get<double>(), 100 * json[1].get<double>()};
  const bool fine =
      std::isfinite(range.low) && std::isfinite(range.high) && range.low <= range.high;
  return fine ? std::optional(range) : std::nullopt;
}

}  // namespace trm::report
