#include "core/numpy_random.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace trm {
namespace {

// numpy's SeedSequence hash over 32-bit words of entropy: `count` output words.
std::vector<uint32_t> seed_words(std::span<const uint32_t> entropy, size_t count) {
  uint32_t a = 0x43B0D7E5U;
  const auto hashmix = [&](uint32_t v) {
    v ^= a;
    a *= 0x931E8875U;
    v *= a;
    return v ^ (v >> 16);
  };
  const auto mix = [](uint32_t x, uint32_t y) {
    const uint32_t r = 0xCA01F9DDU * x - 0x4973F715U * y;
    return r ^ (r >> 16);
  };
  std::array<uint32_t, 4> pool{};
  for (size_t i = 0; i < 4; ++i) pool[i] = hashmix(i < entropy.size() ? entropy[i] : 0);
  for (size_t from = 0; from < 4; ++from) {
    for (size_t to = 0; to < 4; ++to) {
      if (from != to) pool[to] = mix(pool[to], hashmix(pool[from]));
    }
  }
  for (size_t i = 4; i < entropy.size(); ++i) {
    for (auto& word : pool) word = mix(word, hashmix(entropy[i]));
  }
  uint32_t b = 0x8B51F9DDU;
  std::vector<uint32_t> words;
  for (size_t i = 0; i < count; ++i) {
    uint32_t v = pool[i % 4] ^ b;
    b *= 0x58F38DEDU;
    v *= b;
    words.push_back(v ^ (v >> 16));
  }
  return words;
}

std::vector<uint32_t> words_of(uint64_t value) {
  std::vector<uint32_t> words = {static_cast<uint32_t>(value)};
  if (value >> 32 != 0) words.push_back(static_cast<uint32_t>(value >> 32));
  return words;
}

// The last offset within [low, high).
uint32_t last_offset(int64_t low, int64_t high) {
  // Unsigned, because the difference of two int64 may not fit one.
  const uint64_t last = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) - 1;
  if (high <= low || last >= UINT32_MAX) throw std::logic_error("numpy random: range");
  return static_cast<uint32_t>(last);
}

// A number in [0, last] by masked rejection.
template <class Draw>
uint32_t masked(uint32_t last, Draw&& draw) {
  uint32_t mask = last;
  for (const int shift : {1, 2, 4, 8, 16}) mask |= mask >> shift;
  while (true) {
    const uint32_t x = draw() & mask;
    if (x <= last) return x;
  }
}

template <class Draw>
std::vector<int64_t> shuffled(int64_t n, Draw&& draw) {
  if (n > 0) last_offset(0, n);
  std::vector<int64_t> order(static_cast<size_t>(std::max<int64_t>(n, 0)));
  std::iota(order.begin(), order.end(), int64_t{0});
  for (size_t i = order.size(); i-- > 1;) {
    std::swap(order[i], order[masked(static_cast<uint32_t>(i), draw)]);
  }
  return order;
}

}  // namespace

NumpyPhilox::NumpyPhilox(uint64_t seed) {
  const auto entropy = words_of(seed);
  const auto words = seed_words(entropy, 4);
  key_ = {words[0] | uint64_t{words[1]} << 32, words[2] | uint64_t{words[3]} << 32};
}

void NumpyPhilox::refill() {
  for (auto& word : counter_) {
    if (++word != 0) break;
  }
  auto c = counter_;
  auto k = key_;
  for (int round = 0; round < 10; ++round) {
    using Wide = unsigned __int128;
    const Wide a = Wide{0xD2E7470EE14C6C93U} * c[0];
    const Wide b = Wide{0xCA5A826395121157U} * c[2];
    c = {static_cast<uint64_t>(b >> 64) ^ c[1] ^ k[0], static_cast<uint64_t>(b),
         static_cast<uint64_t>(a >> 64) ^ c[3] ^ k[1], static_cast<uint64_t>(a)};
    k = {k[0] + 0x9E3779B97F4A7C15U, k[1] + 0xBB67AE8584CAA73BU};
  }
  block_ = c;
  used_ = 0;
}

uint64_t NumpyPhilox::next64() {
  if (used_ == 4) refill();
  return block_[used_++];
}

uint32_t NumpyPhilox::next32() {
  if (half_ready_) {
    half_ready_ = false;
    return half_;
  }
  const uint64_t x = next64();
  half_ = static_cast<uint32_t>(x >> 32);
  half_ready_ = true;
  return static_cast<uint32_t>(x);
}

std::vector<int64_t> NumpyPhilox::permutation(int64_t n) {
  return shuffled(n, [&] { return next32(); });
}

int64_t NumpyPhilox::integers(int64_t low, int64_t high) {
  const uint32_t range = last_offset(low, high);
  if (range == 0) return low;
  const uint32_t choices = range + 1;
  uint64_t m = uint64_t{next32()} * choices;
  if (static_cast<uint32_t>(m) < choices) {
    const uint32_t threshold = (UINT32_MAX - range) % choices;
    while (static_cast<uint32_t>(m) < threshold) m = uint64_t{next32()} * choices;
  }
  return low + static_cast<int64_t>(m >> 32);
}

void NumpyLegacy::initialise(uint32_t seed) {
  state_[0] = seed;
  for (uint32_t i = 1; i < 624; ++i) {
    state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  }
  index_ = 624;
}

NumpyLegacy::NumpyLegacy(uint32_t seed) { initialise(seed); }

NumpyLegacy::NumpyLegacy(std::span<const uint32_t> seed) {
  initialise(19650218U);
  size_t i = 1, j = 0;
  const auto previous = [&] { return state_[i - 1] ^ (state_[i - 1] >> 30); };
  const auto advance = [&] {
    if (++i == 624) {
      state_[0] = state_[623];
      i = 1;
    }
  };
  for (size_t k = std::max<size_t>(624, seed.size()); k > 0; --k) {
    state_[i] = (state_[i] ^ (previous() * 1664525U)) + seed[j] + static_cast<uint32_t>(j);
    advance();
    if (++j == seed.size()) j = 0;
  }
  for (int k = 623; k > 0; --k) {
    state_[i] = (state_[i] ^ (previous() * 1566083941U)) - static_cast<uint32_t>(i);
    advance();
  }
  state_[0] = 0x80000000U;
}

uint32_t NumpyLegacy::next32() {
  if (index_ == 624) {
    for (size_t i = 0; i < 624; ++i) {
      const uint32_t y = (state_[i] & 0x80000000U) | (state_[(i + 1) % 624] & 0x7FFFFFFFU);
      state_[i] = state_[(i + 397) % 624] ^ (y >> 1) ^ ((y & 1U) != 0 ? 0x9908B0DFU : 0U);
    }
    index_ = 0;
  }
  uint32_t y = state_[index_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9D2C5680U;
  y ^= (y << 15) & 0xEFC60000U;
  return y ^ (y >> 18);
}

double NumpyLegacy::rand() {
  const uint32_t high = next32() >> 5;
  const uint32_t low = next32() >> 6;
  return (high * 67108864.0 + low) / 9007199254740992.0;
}

int64_t NumpyLegacy::randint(int64_t low, int64_t high) {
  const uint32_t last = last_offset(low, high);
  return last == 0 ? low : low + masked(last, [&] { return next32(); });
}

std::vector<int64_t> NumpyLegacy::permutation(int64_t n) {
  return shuffled(n, [&] { return next32(); });
}

std::vector<int64_t> NumpyLegacy::choice(int64_t n, int64_t k) {
  if (k < 0 || k > n) throw std::logic_error("numpy random: choice of more than there are");
  auto order = permutation(n);
  order.resize(static_cast<size_t>(k));
  return order;
}

NumpyLegacy dataloader_worker(uint64_t seed, uint64_t rank) {
  // PyTorch's CPU generator is MT19937 as well; it draws an int64 as two words, high first, and
  // keeps 63 bits.
  NumpyLegacy torch(static_cast<uint32_t>(seed + rank));
  const uint64_t high = torch.next32();
  const uint64_t base = (high << 32 | torch.next32()) & 0x7FFFFFFFFFFFFFFFU;
  const std::array<uint32_t, 4> entropy = {0, static_cast<uint32_t>(base),
                                           static_cast<uint32_t>(base >> 32), 0};
  return NumpyLegacy(std::span<const uint32_t>(seed_words(entropy, 4)));
}

}  // namespace trm
