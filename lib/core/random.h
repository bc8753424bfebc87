#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace trm {

// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"): a block of
// four numbers as a function of counter and key. constexpr, so that CUDA code can call it.
constexpr std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> c, std::array<uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xD2511F53U} * c[0];
    const uint64_t b = uint64_t{0xCD9E8D57U} * c[2];
    c = {static_cast<uint32_t>(b >> 32) ^ c[1] ^ k[0], static_cast<uint32_t>(b),
         static_cast<uint32_t>(a >> 32) ^ c[3] ^ k[1], static_cast<uint32_t>(a)};
    k = {k[0] + 0x9E3779B9U, k[1] + 0xBB67AE85U};
  }
  return c;
}

// The key of the stream `name` under `seed`: FNV-1a over the name, mixed with the seed by
// splitmix64's finaliser. Part of what makes runs repeatable, so it never changes.
uint64_t stream_key(uint64_t seed, std::string_view name);

// Random numbers as a function of (seed, stream name, step, row): no generator state outlives a
// stream, so shards, workers and a resumed run draw the same numbers.
// Counter words: block number; row bits 0-31; step bits 0-31; row bits 32-47 and step bits 32-47.
class Stream {
 public:
  Stream(uint64_t seed, std::string_view name, uint64_t step = 0, uint64_t row = 0)
      : Stream(stream_key(seed, name), step, row, 0) {}
  static Stream from_key(uint64_t key, uint64_t step, uint64_t row) { return {key, step, row, 0}; }

  uint32_t next();
  uint64_t next64();
  uint64_t below(uint64_t n);  // uniform in [0, n), without bias; n > 0
  double uniform();            // [0, 1), 53 bits
  double normal();             // mean 0, variance 1: the cosine half of Box-Muller, two uniforms

  // Fisher-Yates.
  template <class T>
  void shuffle(std::span<T> items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }
  std::vector<int> permutation(int n);

 private:
  Stream(uint64_t key, uint64_t step, uint64_t row, int /*tag*/);

  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_{};
  size_t used_ = 4;
};

}  // namespace trm
