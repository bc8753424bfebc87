#pragma once

#include <algorithm>
#include <bit>

#include "kernels/cpu/rows.h"

namespace trm::kernels::cpu {

// Loads and stores of the two storage types; bfloat16 rounds to nearest even, NaN stays NaN.
[[gnu::always_inline]] inline float load(float x) { return x; }
[[gnu::always_inline]] inline float load(BFloat16 x) {
  return std::bit_cast<float>(static_cast<uint32_t>(x.bits) << 16);
}
[[gnu::always_inline]] inline void store(float& to, float x) { to = x; }
[[gnu::always_inline]] inline uint16_t bfloat16_bits(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  const uint32_t rounded = (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16;
  const bool nan = (bits & 0x7FFFFFFFU) > 0x7F800000U;
  return static_cast<uint16_t>(nan ? 0x7FC0U : rounded);
}
[[gnu::always_inline]] inline void store(BFloat16& to, float x) { to.bits = bfloat16_bits(x); }

// x as T keeps it.
template <class T>
[[gnu::always_inline]] inline float rounded(float x) {
  T stored;
  store(stored, x);
  return load(stored);
}

}  // namespace trm::kernels::cpu
