#include "core/numpy_random.h"

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "tests/catch.h"

// The numbers here were printed by NumPy 2.4.

namespace trm {
namespace {

using Order = std::vector<int64_t>;

int64_t weighted_sum(const Order& order) {
  int64_t sum = 0;
  for (size_t i = 0; i < order.size(); ++i) sum += static_cast<int64_t>(i) * order[i];
  return sum;
}

}  // namespace

TEST_CASE("NumPy's Philox gives NumPy's raw numbers", "[unit]") {
  NumpyPhilox zero(0);
  for (const uint64_t x : {0x0399e5b222b82fa9U, 0x41fd08c1f00f3bc5U, 0x78b8824162ee4d04U,
                           0x176747919e02739dU, 0xfaa88f002a8d3596U}) {
    CHECK(zero.next64() == x);
  }
  NumpyPhilox large((uint64_t{1} << 32) + 1);
  for (const uint64_t x : {0xceb7ce02bafeca16U, 0x29193c9cfd566bfeU, 0xf1b3ced51afd838aU}) {
    CHECK(large.next64() == x);
  }
  NumpyPhilox halves(0);
  CHECK(halves.next32() == 0x22b82fa9U);
  CHECK(halves.next64() == 0x41fd08c1f00f3bc5U);  // whole draws pass a waiting half by
  CHECK(halves.next32() == 0x0399e5b2U);
}

TEST_CASE("Generator(Philox(seed)).permutation", "[unit]") {
  CHECK(NumpyPhilox(0).permutation(12) == Order{3, 7, 0, 10, 6, 11, 8, 4, 1, 5, 2, 9});
  CHECK(NumpyPhilox(7).permutation(5) == Order{1, 0, 4, 2, 3});
  CHECK(NumpyPhilox(uint64_t{1} << 32).permutation(12) ==
        Order{1, 5, 7, 4, 8, 10, 6, 9, 11, 3, 2, 0});
  CHECK(NumpyPhilox((uint64_t{1} << 63) + 12345).permutation(12) ==
        Order{4, 2, 11, 3, 9, 1, 7, 5, 8, 10, 0, 6});
  CHECK(weighted_sum(NumpyPhilox(5).permutation(5000)) == 31139536587);
  CHECK(NumpyPhilox(5).permutation(0).empty());
}

TEST_CASE("Generator(Philox(seed)).integers", "[unit]") {
  NumpyPhilox digits(3);
  for (const int64_t x : {6, 0, 2, 1, 5, 2, 4, 9, 9, 9, 3, 7}) CHECK(digits.integers(0, 10) == x);

  NumpyPhilox ranges(3);
  CHECK(ranges.integers(5, 6) == 5);  // one value needs no draw
  CHECK(ranges.integers(-3, 4) == 1);
  CHECK(ranges.integers(0, 3) == 0);
  CHECK(ranges.integers(-2147483648, 2147483647) == -987096955);
  CHECK(ranges.integers(0, 4294967295) == 547431706);
  // Half of all draws are rejected in this range.
  for (const int64_t x : {1235495627, 956346397, 1936683601, 2062038791}) {
    CHECK(ranges.integers(0, 2147483649) == x);
  }
}

TEST_CASE("permutations and integers share a Philox generator's draws", "[unit]") {
  NumpyPhilox random(11);
  CHECK(random.permutation(4) == Order{2, 1, 0, 3});
  CHECK(random.integers(0, 100) == 82);
  CHECK(random.permutation(3) == Order{0, 1, 2});
  for (const int64_t x : {6, 6, 3, 6, 4}) CHECK(random.integers(0, 7) == x);
}

TEST_CASE("numpy.random.seed, rand and randint", "[unit]") {
  NumpyLegacy zero(0);
  for (const double x :
       {0.5488135039273248, 0.7151893663724195, 0.6027633760716439, 0.5448831829968969}) {
    CHECK(zero.rand() == x);
  }
  NumpyLegacy last(4294967295U);
  CHECK(last.rand() == 0.0976320289940138);
  CHECK(last.rand() == 0.9123828453026218);

  NumpyLegacy digits(123);
  for (const int64_t x : {2, 2, 6, 1, 3, 9, 6, 1, 0, 1}) CHECK(digits.randint(0, 10) == x);
  NumpyLegacy ranges(123);
  CHECK(ranges.randint(7, 8) == 7);
  CHECK(ranges.randint(-5, 6) == -3);
  CHECK(ranges.randint(0, 2147483648) == 974319580);
  CHECK(ranges.randint(0, 4294967295) == 2967327842);
  CHECK(ranges.randint(1, 9) == 7);

  NumpyLegacy long_run(5);  // past two refills of the 624 words
  uint32_t word = 0;
  for (int i = 0; i < 1500; ++i) word = long_run.next32();
  CHECK(word == 907519199U);
}

TEST_CASE("numpy.random.permutation, choice and shuffle", "[unit]") {
  CHECK(NumpyLegacy(42).permutation(12) == Order{10, 9, 0, 8, 5, 2, 1, 11, 4, 7, 3, 6});
  CHECK(NumpyLegacy(42).choice(1000, 5) == Order{521, 737, 740, 660, 411});
  std::string letters = "abcdefgh";
  NumpyLegacy(42).shuffle(std::span(letters));
  CHECK(letters == "bfahcedg");
  CHECK(weighted_sum(NumpyLegacy(1).permutation(5000)) == 31323388987);

  NumpyLegacy mixed(9);
  CHECK(mixed.permutation(9) == Order{8, 4, 7, 2, 1, 3, 0, 6, 5});
  CHECK(mixed.rand() == 0.13752681946829826);
  CHECK(mixed.permutation(3) == Order{2, 0, 1});
  CHECK(mixed.randint(0, 100) == 91);
}

TEST_CASE("numpy.random.seed of a list", "[unit]") {
  const std::vector<uint32_t> few = {1, 2, 3}, one = {0xdeadbeefU};
  NumpyLegacy random{std::span(few)};
  CHECK(random.rand() == 0.6098612722867289);
  CHECK(random.rand() == 0.8866970434146851);
  CHECK(random.permutation(8) == Order{4, 6, 0, 3, 1, 2, 7, 5});
  CHECK(NumpyLegacy(std::span(one)).rand() == 0.019133645493481177);
  std::vector<uint32_t> many(700);
  std::iota(many.begin(), many.end(), 0U);
  CHECK(NumpyLegacy(std::span<const uint32_t>(many)).rand() == 0.867898393018711);
}

// PyTorch 2.11's first int64 under each seed, its worker's hash of it, and NumPy seeded with that.
TEST_CASE("a DataLoader's first worker draws as PyTorch seeds it", "[unit]") {
  struct Case {
    uint64_t seed, rank;
    Order order;
    double next;
  };
  const Case cases[] = {
      {0, 0, {3, 4, 6, 5, 0, 7, 1, 2}, 0.7019596087920463},
      {42, 0, {0, 6, 4, 3, 2, 1, 5, 7}, 0.6239605910436096},
      {42, 1, {3, 6, 2, 7, 1, 5, 4, 0}, 0.8285985327647141},
      {uint64_t{1} << 32, 5, {5, 1, 6, 3, 7, 0, 2, 4}, 0.9103690498956432},
  };
  for (const auto& known : cases) {
    auto random = dataloader_worker(known.seed, known.rank);
    CHECK(random.permutation(8) == known.order);
    CHECK(random.rand() == known.next);
  }
}

TEST_CASE("ranges that NumPy serves otherwise are refused", "[unit]") {
  CHECK_THROWS_AS(NumpyPhilox(0).integers(3, 3), std::logic_error);
  CHECK_THROWS_AS(NumpyPhilox(0).integers(0, int64_t{1} << 32), std::logic_error);
  CHECK_THROWS_AS(NumpyPhilox(0).integers(INT64_MIN, INT64_MAX), std::logic_error);
  CHECK_THROWS_AS(NumpyLegacy(0).randint(4, 3), std::logic_error);
  CHECK_THROWS_AS(NumpyLegacy(0).choice(3, 4), std::logic_error);
  CHECK_THROWS_AS(NumpyLegacy(0).choice(3, -1), std::logic_error);
}

}  // namespace trm
