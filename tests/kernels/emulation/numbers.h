#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <type_traits>
#include <vector>

#include "tests/catch.h"
#include "tests/kernels/emulation/device.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, bytes)
#define ASAN_UNPOISON_MEMORY_REGION(address, bytes)
#endif

// What the tests of emulated kernels share: arrays that notice what is read and written beside
// them, sizes, and the distance of results from formulas in float64.

namespace trm::emulation {

using bfloat16 = __nv_bfloat16;
using Numbers = std::vector<double>;

inline double wide(bfloat16 x) { return static_cast<double>(__bfloat162float(x)); }
template <class T>
double wide(T x) {
  return static_cast<double>(x);
}
template <class T>
T narrow(double x) {
  if constexpr (std::is_same_v<T, bfloat16>) {
    return __float2bfloat16_rn(static_cast<float>(x));
  } else {
    return static_cast<T>(x);
  }
}

inline double normal_number() {
  static std::mt19937_64 generator(1);
  static std::normal_distribution<double> distribution;
  return distribution(generator);
}

// `count` numbers of device memory, the first of them `offset` numbers behind a boundary of 256
// bytes. They, and those around them, are NaN (-1 as integers) at first. Memory around them is to
// stay so; AddressSanitizer refuses even a look behind them.
template <class T>
class Array {
 public:
  explicit Array(int64_t count, int64_t offset = 0)
      : count_(static_cast<size_t>(count)), first_(kMargin + static_cast<size_t>(offset)) {
    const size_t bytes = (first_ + count_ + kMargin) * sizeof(T);
    memory_ = static_cast<T*>(std::aligned_alloc(256, (bytes + 255) / 256 * 256));
    std::memset(static_cast<void*>(memory_), 0xFF, bytes);
    ASAN_POISON_MEMORY_REGION(data() + count_, kMargin * sizeof(T));
  }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;
  ~Array() {
    ASAN_UNPOISON_MEMORY_REGION(data() + count_, kMargin * sizeof(T));
    CHECK((intact(memory_, first_) && intact(data() + count_, kMargin)));
    std::free(memory_);
  }

  T* data() { return memory_ + first_; }
  const T* data() const { return memory_ + first_; }
  size_t size() const { return count_; }
  T& operator[](size_t i) { return data()[i]; }

  Array& fill_normal(double scale = 1) {
    for (size_t i = 0; i < count_; ++i) data()[i] = narrow<T>(scale * normal_number());
    return *this;
  }
  Array& fill(const Numbers& numbers) {
    std::transform(numbers.begin(), numbers.end(), data(), narrow<T>);
    return *this;
  }
  Numbers numbers() const {
    Numbers all(count_);
    std::transform(data(), data() + count_, all.begin(), [](T x) { return wide(x); });
    return all;
  }

 private:
  static constexpr size_t kMargin = 256 / sizeof(T);  // numbers

  static bool intact(const T* from, size_t count) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(from);
    return std::all_of(bytes, bytes + count * sizeof(T), [](auto byte) { return byte == 0xFF; });
  }

  size_t count_, first_;
  T* memory_;
};

// Below, at and above a warp, a pack, a block and their multiples.
constexpr std::array<int64_t, 7> kSizes = {1, 7, 33, 64, 97, 512, 513};

// By how many numbers each of a kernel's arrays is off the alignment that packs need.
using Offsets = std::array<int64_t, 4>;
constexpr std::array<Offsets, 6> kOffsets = {
    {{0, 0, 0, 0}, {1, 1, 1, 1}, {1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}};

// f(one size, another, offsets): all pairs up to 97 and the larger with 1 and 7; the arrays off
// their alignment all together, not at all, and where both sizes are small each by itself.
template <class F>
void for_sizes(const F& f) {
  for (const int64_t a : kSizes) {
    for (const int64_t b : kSizes) {
      const int64_t larger = std::max(a, b), smaller = std::min(a, b);
      if (larger > 97 && smaller > 7) continue;
      const size_t offsets = larger <= 33 ? kOffsets.size() : 2;
      for (size_t o = 0; o < offsets; ++o) f(a, b, kOffsets[o]);
    }
  }
}

// The largest error of results as a share of what is allowed: half a unit in the last place of T
// where that is bfloat16, and `roundings` such units of the arithmetic before, which is double
// where T is and float elsewhere. These are units of `terms`, the size of what is added up to a
// result and may cancel. NaN where NaN is expected.
template <class T>
double error(const Array<T>& results, const Numbers& expected, const Numbers& terms,
             double roundings) {
  constexpr double kStored = std::is_same_v<T, bfloat16> ? 0x1p-8 : 0;
  constexpr double kArithmetic = std::is_same_v<T, double> ? 0x1p-53 : 0x1p-24;
  constexpr double kNothing = 1e-33;  // where exp(-87), the smallest one of the gates, may matter
  REQUIRE(results.size() == expected.size());
  double worst = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const double result = wide(results.data()[i]);
    if (std::isnan(expected[i]) && std::isnan(result)) continue;
    const double allowed =
        kStored * std::abs(expected[i]) + roundings * kArithmetic * terms[i] + kNothing;
    const double share = std::abs(result - expected[i]) / allowed;
    if (std::isnan(share)) return std::numeric_limits<double>::infinity();
    worst = std::max(worst, share);
  }
  return worst;
}

// Of results that are products alone: their terms are themselves.
template <class T>
double error(const Array<T>& results, const Numbers& expected, double roundings) {
  Numbers terms = expected;
  for (double& term : terms) term = std::abs(term);
  return error(results, expected, terms, roundings);
}

// The largest distance of `gradient` from the slopes of sum(upstream * f(x)) by central
// differences, which says that a formula for a gradient is one.
template <class F>
double slope_error(const F& f, Numbers x, const Numbers& upstream, const Numbers& gradient) {
  constexpr double kStep = 1e-5;
  const auto value = [&] {
    const Numbers y = f(x);
    double sum = 0;
    for (size_t i = 0; i < y.size(); ++i) sum += upstream[i] * y[i];
    return sum;
  };
  double worst = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double at = x[i];
    x[i] = at + kStep;
    const double above = value();
    x[i] = at - kStep;
    const double below = value();
    x[i] = at;
    worst = std::max(worst, std::abs((above - below) / (2 * kStep) - gradient[i]));
  }
  return worst;
}

}  // namespace trm::emulation
