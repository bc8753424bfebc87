#pragma once

#include <string>
#include <string_view>

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

}  // namespace trm
