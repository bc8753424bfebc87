#pragma once

#include <string>
#include <string_view>

namespace trm::data {

// Text as a page of HTML shows it: what would be markup is none.
inline std::string escaped_for_html(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<') {
      safe += "&lt;";
    } else if (c == '&') {
      safe += "&amp;";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace trm::data
