#include "core/config_help.h"

#include <algorithm>
#include <cmath>

namespace trm {

std::string bounds_of(const FieldRule& rule) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "; " : ", ") + part; };
  if (std::isfinite(rule.min))
    add(fmt::format("{} {}", rule.above_min ? "above" : "at least", rule.min));
  if (std::isfinite(rule.max)) add(fmt::format("at most {}", rule.max));
  for (size_t i = 0; i < rule.choices.size(); ++i) {
    text += (i == 0 ? "; " : "|") + std::string(rule.choices[i]);
  }
  return text;
}

std::string render_help(const std::vector<HelpLine>& lines) {
  size_t paths = 0, values = 0;
  for (const auto& line : lines) {
    paths = std::max(paths, line.path.size());
    values = std::max(values, std::min<size_t>(line.value.size(), 24));
  }
  std::string text;
  for (const auto& line : lines) {
    text += fmt::format("{:<{}}  {:<{}}  {}\n", line.path, paths, line.value, values, line.meaning);
  }
  return text;
}

}  // namespace trm
