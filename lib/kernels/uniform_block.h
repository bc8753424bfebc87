#pragma once

#include <array>
#include <cstdint>

#include "core/random.h"

namespace trm::kernels {

// The numbers 4 * block .. 4 * block + 3 of a row of uniform(): what core/random.h's
// Stream::from_key(key, step, row) draws, as floats of 24 bits. For CUDA as well.
constexpr std::array<float, 4> uniform_block(uint64_t key, uint64_t step, uint64_t row,
                                             uint32_t block) {
  const auto bits =
      philox4x32({block, static_cast<uint32_t>(row), static_cast<uint32_t>(step),
                  static_cast<uint32_t>((row >> 32) << 16 | ((step >> 32) & 0xFFFFU))},
                 {static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)});
  std::array<float, 4> numbers{};
  for (size_t i = 0; i < 4; ++i) numbers[i] = static_cast<float>(bits[i] >> 8) * 0x1p-24F;
  return numbers;
}

}  // namespace trm::kernels
