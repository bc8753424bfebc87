#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace trm::data {

// The token of a cell in memory, as tensors have it, whatever the size of the vocabulary. On disk a
// token is as wide as its folder's arrays.
using Token = int32_t;
using Tokens = std::span<const Token>;

// Kinds of puzzles whose vocabulary fits a byte compute on bytes: there and back. std::logic_error
// where a token is none.
std::vector<uint8_t> narrowed(Tokens tokens);
inline std::vector<Token> widened(std::span<const uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace trm::data
