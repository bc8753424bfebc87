#include "figure/legend.h"

#include <fmt/format.h>

#include <algorithm>

#include "format/html.h"

namespace trm::figure {
namespace {

using format::escaped_for_html;

constexpr size_t kMostShort = 14;  // characters of a name that is its own label

// Characters, as far as drawing goes.
size_t letters(const std::string& text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) >> 6) != 2; }));
}

}  // namespace

double text_width(const std::string& text) {
  constexpr double kLetter = 7.3, kOther = 13;  // at 13 units; other: of three bytes and more
  const auto wide = std::count_if(text.begin(), text.end(),
                                  [](char c) { return static_cast<unsigned char>(c) >= 0xe0; });
  return kLetter * static_cast<double>(letters(text)) +
         (kOther - kLetter) * static_cast<double>(wide);
}

std::string colour_class(size_t colour) {
  return fmt::format("c{}{}", colour % kColours, colour / kColours % 2 == 1 ? " dashed" : "");
}

std::vector<std::string> short_names(std::span<const std::string> names) {
  std::vector<std::string> labels(names.begin(), names.end());
  const bool all_short = std::all_of(names.begin(), names.end(),
                                     [](const auto& name) { return letters(name) <= kMostShort; });
  for (size_t i = 0; i < labels.size() && !all_short; ++i) labels[i] = std::to_string(i + 1);
  return labels;
}

std::string legend(std::span<const std::string> names) {
  const auto labels = short_names(names);
  std::string text = "<ul class=\"legend\">\n";
  for (size_t i = 0; i < names.size(); ++i) {
    text += fmt::format(
        "<li><svg class=\"key {}\" viewBox=\"0 0 24 10\" aria-hidden=\"true\">"
        "<path class=\"line\" d=\"M1 5L23 5\"/></svg>{}</li>\n",
        colour_class(i),
        escaped_for_html(labels[i] == names[i] ? names[i] : labels[i] + " " + names[i]));
  }
  return text + "</ul>\n";
}

}  // namespace trm::figure
