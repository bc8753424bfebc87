#include "core/config_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace trm {
namespace {

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

void ConfigReader::finish() const {
  for (const auto& [key, value] : node_.entries) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end())
      findings_.unknown(value, path_, key, known_, kind_);
  }
}

bool ConfigReader::gives_way(const ConfigNode& child, std::string_view name) const {
  for (const auto& [one, another] : alternatives_) {
    if (name != one && name != another) continue;
    const auto* other = node_.find(name == one ? another : one);
    if (!other || other->kind == ConfigNode::Kind::kNull || other->layer <= child.layer) continue;
    if (child.kind != ConfigNode::Kind::kNull) {
      findings_.note(fmt::format("{}: {} gives way to {} {}", path_to(path_, name), child.scalar,
                                 name == one ? another : one, other->scalar));
    }
    return true;
  }
  return false;
}

void ConfigReader::read_text(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                             std::string& to, const ConfigFindings& findings) {
  if (const auto meant = findings.other_name(path + "=" + node.scalar); !meant.empty()) {
    std::vector<std::string> known(rule.choices.begin(), rule.choices.end());
    node.fail(path, fmt::format("no '{}'; did you mean '{}'?{}", node.scalar, meant,
                                known.empty() ? "" : " known: " + joined(known)));
  }
  read_scalar(node, path, rule, to);
}

void ConfigReader::fail_kind(const ConfigNode& kind, const std::string& path,
                             const std::vector<std::string>& known) {
  kind.fail(path, "no '" + kind.scalar + "'" + suggestion(kind.scalar, known) +
                      " known: " + joined(known));
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
  if (std::find(known.begin(), known.end(), to) != known.end()) return;
  node.fail(path, "no '" + to + "'" + suggestion(to, known) + " known: " + joined(known));
}

}  // namespace trm
