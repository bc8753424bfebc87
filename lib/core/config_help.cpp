#include "core/config_help.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "core/config_findings.h"
#include "core/error.h"
#include "core/terminal.h"

namespace trm {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

bool is_of_section(const HelpLine& line, std::string_view section) {
  return line.path == section || line.path.starts_with(std::string(section) + ".");
}

bool has_word(const HelpLine& line, std::string_view word) {
  const auto text = lower(line.path + " " + line.meaning + " " + line.kind);
  return text.find(lower(word)) != std::string::npos;
}

std::vector<HelpLine> filtered(const std::vector<HelpLine>& lines, std::string_view filter) {
  std::vector<HelpLine> section, word;
  std::vector<std::string> sections;
  for (const auto& line : lines) {
    if (is_of_section(line, filter)) section.push_back(line);
    if (has_word(line, filter)) word.push_back(line);
    if (line.value.empty() && line.path.find('.') == std::string::npos)
      sections.push_back(line.path);
  }
  if (!section.empty()) return section;
  if (word.empty()) {
    throw Error("--help-config: no key has '" + std::string(filter) + "' in its name or meaning" +
                suggestion(filter, sections) + " sections: " + joined(sections));
  }
  return word;
}

}  // namespace

std::string type_of(std::string_view type, const FieldRule& rule) {
  std::string text(rule.choices.empty() ? type : type == "list" ? "list of" : "");
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (std::isfinite(rule.min))
    add(fmt::format("{} {}", rule.above_min ? "above" : "at least", rule.min));
  if (std::isfinite(rule.max)) add(fmt::format("at most {}", rule.max));
  for (size_t i = 0; i < rule.choices.size(); ++i) {
    const bool first = i == 0, last = i + 1 == rule.choices.size();
    text += (first  ? (text.empty() ? "" : " ")
             : last ? " or "
                    : ", ") +
            std::string(rule.choices[i]);
  }
  return text + (rule.free ? " (free)" : "");
}

std::string render_help(const std::vector<HelpLine>& lines, std::string_view filter, int width) {
  constexpr int kIndent = 4;
  std::string text;
  for (const auto& line : filter.empty() ? lines : filtered(lines, filter)) {
    if (line.value.empty() && line.meaning.empty()) continue;
    text += line.path + (line.value.empty() ? "" : " = " + line.value) + "\n";
    text +=
        wrapped((line.kind.empty() ? "" : "of " + line.kind + ": ") + line.meaning, width, kIndent);
  }
  return text + wrapped("(free): may change when a run is continued.", width, 0);
}

}  // namespace trm
