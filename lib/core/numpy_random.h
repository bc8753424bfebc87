#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace trm {

// NumPy's generators, bit for bit, for data in the reference's order. Ranges and lengths are those
// that NumPy serves with 32-bit draws; others, and empty ranges, are a std::logic_error.

// numpy.random.Generator(numpy.random.Philox(seed)).
class NumpyPhilox {
 public:
  explicit NumpyPhilox(uint64_t seed);

  uint64_t next64();
  uint32_t next32();  // the low half of a 64-bit draw, then its high half
  std::vector<int64_t> permutation(int64_t n);
  int64_t integers(int64_t low, int64_t high);  // [low, high)

 private:
  void refill();

  std::array<uint64_t, 2> key_;
  std::array<uint64_t, 4> counter_{};
  std::array<uint64_t, 4> block_{};
  size_t used_ = 4;
  bool half_ready_ = false;
  uint32_t half_ = 0;
};

// numpy.random's legacy functions on MT19937.
class NumpyLegacy {
 public:
  explicit NumpyLegacy(uint32_t seed);                   // numpy.random.seed(seed)
  explicit NumpyLegacy(std::span<const uint32_t> seed);  // numpy.random.seed([...])

  uint32_t next32();
  double rand();                               // [0, 1)
  int64_t randint(int64_t low, int64_t high);  // [low, high)
  std::vector<int64_t> permutation(int64_t n);
  std::vector<int64_t> choice(int64_t n, int64_t k);  // without replacement

  template <class T>
  void shuffle(std::span<T> items) {
    for (size_t i = items.size(); i > 1; --i) {
      std::swap(items[i - 1], items[static_cast<size_t>(randint(0, static_cast<int64_t>(i)))]);
    }
  }

 private:
  void initialise(uint32_t seed);

  std::array<uint32_t, 624> state_{};
  size_t index_ = 624;
};

// The legacy generator as it stands in the first worker of the reference's DataLoader on `rank`:
// seeded by PyTorch from the first int64 that its CPU generator, seeded seed + rank, draws.
NumpyLegacy dataloader_worker(uint64_t seed, uint64_t rank);

}  // namespace trm
