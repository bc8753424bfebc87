#pragma once

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.h"

namespace trm::apps {

// "LOW:HIGH", or one number for both, neither negative. Error naming the option and how to write
// it ("--givens", "MIN:MAX, such as 8:14").
template <class T>
std::pair<T, T> parse_range(std::string_view text, const std::string& option,
                            const std::string& form) {
  const auto number = [&](std::string_view part) {
    T value = 0;
    const auto [end, code] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (code != std::errc() || end != part.data() + part.size() || !(value >= 0)) {
      throw Error(option + ": cannot read '" + std::string(text) + "'; write " + form);
    }
    return value;
  };
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return {number(text), number(text)};
  return {number(text.substr(0, colon)), number(text.substr(colon + 1))};
}

}  // namespace trm::apps
