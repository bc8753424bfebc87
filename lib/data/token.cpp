#include "data/token.h"

#include <stdexcept>
#include <string>

namespace trm::data {

std::vector<uint8_t> narrowed(Tokens tokens) {
  std::vector<uint8_t> bytes;
  bytes.reserve(tokens.size());
  for (const Token token : tokens) {
    if (token < 0 || token > UINT8_MAX)
      throw std::logic_error("token " + std::to_string(token) + " of a kind of puzzle of bytes");
    bytes.push_back(static_cast<uint8_t>(token));
  }
  return bytes;
}

}  // namespace trm::data
