#pragma once

#include <span>
#include <string>
#include <vector>

namespace trm::figure {

// How many colours a page has (figure/style.h); after them come the same ones dashed.
inline constexpr size_t kColours = 8;

// The classes of a curve's colour: "c3", dashed from the ninth on.
std::string colour_class(size_t colour);

// About how wide a text is in a drawing, in units.
double text_width(const std::string& text);

// What curves are called at their ends: their names where all are short, else "1", "2", ...
std::vector<std::string> short_names(std::span<const std::string> names);

// A list of the colours, from the first on, with what they stand for: "1 NAME" where short_names()
// gives numbers.
std::string legend(std::span<const std::string> names);

}  // namespace trm::figure
