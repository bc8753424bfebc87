#include "format/html.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace trm::format {
namespace {

std::string as_utf8(std::string_view text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
  if (ascii) return std::string(text);
  using nlohmann::json;
  const auto quoted = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  return json::parse(quoted).get<std::string>();
}

// U+FFFE and U+FFFF are UTF-8, but no characters: an XML document with one is not well formed.
void replace_noncharacters(std::string& text) {
  for (size_t at = text.find("\xef\xbf"); at != std::string::npos;
       at = text.find("\xef\xbf", at + 3)) {
    if (text[at + 2] == '\xbe' || text[at + 2] == '\xbf') text[at + 2] = '\xbd';
  }
}

}  // namespace

std::string escaped_for_html(std::string_view text) {
  std::string safe;
  auto valid = as_utf8(text);
  replace_noncharacters(valid);
  for (const char c : valid) {
    const bool control = (c >= 0 && c < ' ' && c != '\t' && c != '\n') || c == 0x7f;
    switch (c) {
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '&':
        safe += "&amp;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += control ? '?' : c;
    }
  }
  return safe;
}

}  // namespace trm::format
