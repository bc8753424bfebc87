#include "core/config_choice.h"

#include <algorithm>

namespace trm {
namespace {

using Lines = std::vector<ConfigWriter::Line>;

bool has(const Lines& lines, const ConfigWriter::Line& wanted) {
  return std::any_of(lines.begin(), lines.end(), [&](const auto& line) {
    return line.path == wanted.path && line.value == wanted.value;
  });
}

// "; adds latents 6, a 1", or nothing.
std::string part(const char* verb, const std::vector<std::string>& fields) {
  std::string text;
  for (const auto& field : fields) text += (text.empty() ? "" : ", ") + field;
  return fields.empty() ? "" : fmt::format("; {} {}", verb, text);
}

}  // namespace

std::string kind_change(const Lines& before, const Lines& after,
                        const std::vector<std::string>& given) {
  const auto is_given = [&](const ConfigWriter::Line& line) {
    const auto field = line.path.substr(0, line.path.find('.'));
    return std::find(given.begin(), given.end(), field) != given.end();
  };
  std::vector<std::string> kept, added, gone;
  for (const auto& line : after) {
    if (!is_given(line)) (has(before, line) ? kept : added).push_back(line.path + " " + line.value);
  }
  for (const auto& line : before) {
    if (!is_given(line) && !has(after, line)) gone.push_back(line.path + " " + line.value);
  }
  return part("keeps", kept) + part("adds", added) + part("drops", gone);
}

}  // namespace trm
