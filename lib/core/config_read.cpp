#include "core/config_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace trm {
namespace {

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

template <class T>
void check_range(const ConfigNode& node, const std::string& path, const FieldRule& rule, T value) {
  const auto number = static_cast<double>(value);
  if (number < rule.min || (rule.above_min && number == rule.min)) {
    node.fail(path, fmt::format("{} is too small; {} {}", value,
                                rule.above_min ? "it must be above" : "at least", rule.min));
  }
  if (number > rule.max)
    node.fail(path, fmt::format("{} is too large; at most {}", value, rule.max));
}

[[noreturn]] void cannot_read(const ConfigNode& node, const std::string& path, const char* what) {
  node.fail(path, fmt::format("cannot read '{}'; {} is needed", node.scalar, what));
}

}  // namespace

void need_scalar(const ConfigNode& node, const std::string& path, const char* what) {
  if (node.kind == ConfigNode::Kind::kNull)
    node.fail(path, fmt::format("no value; {} is needed", what));
  if (node.kind != ConfigNode::Kind::kScalar) {
    node.fail(path, fmt::format("a {} where {} is needed",
                                node.kind == ConfigNode::Kind::kList ? "list" : "map", what));
  }
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  std::string nearest;
  size_t least = 3;
  for (const auto& candidate : known) {
    const size_t distance = edit_distance(name, candidate);
    if (distance < least && distance < candidate.size()) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest.empty() ? ";" : "; did you mean '" + nearest + "'?";
}

void ConfigReader::finish() const {
  for (const auto& [key, value] : node_.entries) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    value.fail(path_to(path_, key),
               "unknown key" + suggestion(key, known_) + " known: " + joined(known_));
  }
}

void read_scalar(const ConfigNode& node, const std::string& path, const FieldRule& /*rule*/,
                 bool& to) {
  constexpr auto kWhat = "true or false";
  need_scalar(node, path, kWhat);
  if (node.scalar != "true" && node.scalar != "false") cannot_read(node, path, kWhat);
  to = node.scalar == "true";
}

void read_scalar(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                 int64_t& to) {
  constexpr auto kWhat = "a whole number";
  need_scalar(node, path, kWhat);
  const auto* end = node.scalar.data() + node.scalar.size();
  const auto result = std::from_chars(node.scalar.data(), end, to);
  if (result.ec != std::errc() || result.ptr != end) cannot_read(node, path, kWhat);
  check_range(node, path, rule, to);
}

void read_scalar(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                 double& to) {
  constexpr auto kWhat = "a number";
  need_scalar(node, path, kWhat);
  const auto* end = node.scalar.data() + node.scalar.size();
  const auto result = std::from_chars(node.scalar.data(), end, to);
  if (result.ec != std::errc() || result.ptr != end || !std::isfinite(to)) {
    cannot_read(node, path, kWhat);
  }
  check_range(node, path, rule, to);
}

void read_scalar(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                 std::string& to) {
  need_scalar(node, path, "text");
  to = node.scalar;
  if (rule.choices.empty()) return;
  std::vector<std::string> known(rule.choices.begin(), rule.choices.end());
  if (std::find(known.begin(), known.end(), to) == known.end()) {
    node.fail(path, "no '" + to + "'" + suggestion(to, known) + " known: " + joined(known));
  }
}

}  // namespace trm
