#include "core/random.h"

#include <cmath>
#include <numbers>
#include <numeric>

namespace trm {
namespace {

uint64_t mixed(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

}  // namespace

uint64_t stream_key(uint64_t seed, std::string_view name) {
  uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return mixed(hash + mixed(seed + 0x9E3779B97F4A7C15U));
}

Stream::Stream(uint64_t key, uint64_t step, uint64_t row, int /*tag*/)
    : key_{static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)},
      counter_{0, static_cast<uint32_t>(row), static_cast<uint32_t>(step),
               static_cast<uint32_t>((row >> 32) << 16 | ((step >> 32) & 0xFFFFU))} {}

uint32_t Stream::next() {
  if (used_ == 4) {
    block_ = philox4x32(counter_, key_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

uint64_t Stream::next64() {
  const uint64_t low = next();
  return low | uint64_t{next()} << 32;
}

uint64_t Stream::below(uint64_t n) {
  // Numbers past the last whole multiple of n are drawn again.
  const uint64_t excess = (UINT64_MAX % n + 1) % n;
  while (true) {
    const uint64_t x = next64();
    if (x <= UINT64_MAX - excess) return x % n;
  }
}

double Stream::uniform() { return static_cast<double>(next64() >> 11) * 0x1p-53; }

double Stream::normal() {
  const double radius = std::sqrt(-2 * std::log1p(-uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::vector<int> Stream::permutation(int n) {
  std::vector<int> order(static_cast<size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  shuffle(std::span(order));
  return order;
}

}  // namespace trm
