#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trm {

// Text from a file or the network as a message may show it: at most `most` bytes, and a question
// mark for every byte that a terminal could take for more than a letter.
inline std::string printable(std::string_view text, size_t most = 80) {
  std::string shown(text.substr(0, most));
  for (char& c : shown) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text.size() > most ? shown + "..." : shown;
}

// "a, b, c and 17 more", printable.
inline std::string listed(const std::vector<std::string>& names, size_t most = 8) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < most; ++i) {
    text += (i == 0 ? "" : ", ") + printable(names[i]);
  }
  return names.size() > most ? text + " and " + std::to_string(names.size() - most) + " more"
                             : text;
}

}  // namespace trm
