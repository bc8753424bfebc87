#pragma once

#include <string>
#include <string_view>

namespace trm::format {

// Text as a page of HTML, or an XML document, shows it, also within the quotes of an attribute:
// what would be markup is none, control characters become question marks, and bytes that are not
// UTF-8, or no characters, the mark for them, U+FFFD.
std::string escaped_for_html(std::string_view text);

}  // namespace trm::format
