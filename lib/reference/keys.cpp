#include "reference/keys.h"

#include <fmt/format.h>

#include <charconv>

#include "core/error.h"
#include "core/printable.h"

namespace trm::reference {
namespace {

// Keys of later programs whose one value here says what we do anyway.
struct Honoured {
  std::string_view path, value;
};
constexpr Honoured kHonoured[] = {{"puzzle_emb_reinit_strategy", "mean"}};

bool is_zero(const std::string& text) {
  double number = 1;
  const auto* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  return result.ec == std::errc() && result.ptr == end && number == 0;
}

bool is_off(const ConfigNode& value) {
  switch (value.kind) {
    case ConfigNode::Kind::kNull:
      return true;
    case ConfigNode::Kind::kScalar:
      return value.scalar.empty() || value.scalar == "false" || value.scalar == "False" ||
             is_zero(value.scalar);
    case ConfigNode::Kind::kList:
      return value.items.empty();
    case ConfigNode::Kind::kMap:
      return value.entries.empty();
  }
  return false;
}

bool is_honoured(const std::string& path, const ConfigNode& value) {
  return std::ranges::any_of(kHonoured, [&](const Honoured& honoured) {
    return path == honoured.path && value.scalar == honoured.value;
  });
}

}  // namespace

void StrangeKeys::add(const std::string& path, const ConfigNode& value,
                      const std::vector<std::string>& known) {
  if (is_off(value) || is_honoured(path, value)) return;
  // "x.yaml: line 3" or "override 'a=1'"
  const auto colon = value.origin.rfind(": line ");
  if (file_.empty()) file_ = value.origin.substr(0, colon);
  const auto line = colon == std::string::npos ? "" : value.origin.substr(colon + 2) + ", ";
  const auto set = value.kind == ConfigNode::Kind::kScalar ? printable(value.scalar, 40) : "...";
  const auto near = suggestion(path.substr(path.rfind('.') + 1), known);  // "; did you mean 'x'?"
  found_.push_back(fmt::format("{} ({}{}{})", path, line, set, near == ";" ? "" : near));
}

void StrangeKeys::refuse() const {
  if (found_.empty()) return;
  throw Error(
      fmt::format("{}: {} that the reference programs do not have, and that {} set: {}; "
                  "remove what changes neither the model nor its training",
                  file_, found_.size() == 1 ? "a key" : fmt::format("{} keys", found_.size()),
                  found_.size() == 1 ? "is" : "are", listed(found_, 100)));
}

}  // namespace trm::reference
