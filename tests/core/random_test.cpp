#include "core/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <vector>

#include "tests/catch.h"

namespace trm {

using Block = std::array<uint32_t, 4>;

// The known answers that come with Random123 (kat_vectors, philox4x32-10).
TEST_CASE("Philox4x32-10 gives its authors' known answers", "[unit]") {
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  const uint32_t ones = 0xffffffff;
  CHECK(philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
        Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a stream is Philox over key, row and step, block by block", "[unit]") {
  const uint64_t key = 0x0123456789abcdef, step = 0xaaaa000100000002, row = 0x0000000300000004;
  auto stream = Stream::from_key(key, step & 0xffffffffffff, row);
  for (uint32_t block = 0; block < 3; ++block) {
    const auto expected = philox4x32({block, 4, 2, 0x00030001}, {0x89abcdef, 0x01234567});
    for (const auto word : expected) CHECK(stream.next() == word);
  }
}

TEST_CASE("stream keys never change", "[unit]") {
  CHECK(Stream(0, "a").next64() == Stream::from_key(stream_key(0, "a"), 0, 0).next64());
  // Computed apart from this code: FNV-1a of "a" is 0xaf63dc4c8601ec8c, then splitmix64's
  // finaliser.
  CHECK(stream_key(0, "a") == 0x2cda47b74e35244b);
  CHECK(stream_key(7, "noise") == 0x8b1d948f83fa3aab);
}

TEST_CASE("seed, name, step and row each make another stream", "[unit]") {
  std::set<uint64_t> draws;
  for (const uint64_t seed : {0, 1}) {
    for (const char* name : {"", "a", "b"}) {
      for (const uint64_t step : {0ULL, 1ULL, 1ULL << 32}) {
        for (const uint64_t row : {0ULL, 1ULL, 1ULL << 32})
          draws.insert(Stream(seed, name, step, row).next64());
      }
    }
  }
  CHECK(draws.size() == 54);
}

TEST_CASE("below is uniform, also where its range does not divide 2^64", "[unit]") {
  Stream stream(3, "below");
  std::array<int, 6> counts{};
  for (int i = 0; i < 60000; ++i) ++counts[stream.below(6)];
  double chi2 = 0;
  for (const int n : counts) chi2 += (n - 10000.0) * (n - 10000.0) / 10000.0;
  CHECK(chi2 < 20.5);  // 5 degrees of freedom: above it once in a thousand seeds
  // Of the range 3 * 2^62, a remainder without rejection would give the lowest third half of all.
  const uint64_t third = uint64_t{1} << 62;
  int lowest = 0;
  for (int i = 0; i < 3000; ++i) {
    const auto x = stream.below(3 * third);
    REQUIRE(x < 3 * third);
    lowest += x < third ? 1 : 0;
  }
  CHECK(lowest == Approx(1000).margin(90));
  CHECK(stream.below(1) == 0);
}

TEST_CASE("uniform numbers fill [0, 1) with their moments", "[unit]") {
  Stream stream(4, "uniform");
  const int n = 100000;
  double sum = 0, squares = 0, least = 1, most = 0;
  for (int i = 0; i < n; ++i) {
    const double x = stream.uniform();
    sum += x;
    squares += x * x;
    least = std::min(least, x);
    most = std::max(most, x);
  }
  CHECK(sum / n == Approx(0.5).margin(0.004));
  CHECK(squares / n == Approx(1.0 / 3).margin(0.004));
  CHECK(least >= 0);
  CHECK(least < 1e-4);
  CHECK(most < 1);
  CHECK(most > 1 - 1e-4);
}

TEST_CASE("normal numbers have the moments of a normal distribution", "[unit]") {
  Stream stream(5, "normal");
  const int n = 100000;
  std::array<double, 5> moments{};
  int beyond_two = 0;
  for (int i = 0; i < n; ++i) {
    const double x = stream.normal();
    for (size_t k = 1; k < moments.size(); ++k) moments[k] += std::pow(x, static_cast<int>(k)) / n;
    beyond_two += std::abs(x) > 2 ? 1 : 0;
  }
  // Margins of about four standard errors.
  CHECK(moments[1] == Approx(0).margin(0.013));
  CHECK(moments[2] == Approx(1).margin(0.018));
  CHECK(moments[3] == Approx(0).margin(0.05));
  CHECK(moments[4] == Approx(3).margin(0.125));
  CHECK(beyond_two / double(n) == Approx(0.0455).margin(0.0027));
}

TEST_CASE("normal is the cosine half of Box-Muller", "[unit]") {
  Stream stream(6, "pair"), same(6, "pair");
  const double first = same.uniform(), second = same.uniform();
  CHECK(stream.normal() ==
        Approx(std::sqrt(-2 * std::log(1 - first)) * std::cos(2 * 3.14159265358979323846 * second))
            .epsilon(1e-12));
}

TEST_CASE("permutations hold every number once and are all as likely", "[unit]") {
  auto order = Stream(7, "p").permutation(1000);
  CHECK_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  std::vector<int> all(1000);
  std::iota(all.begin(), all.end(), 0);
  CHECK(order == all);
  CHECK(Stream(7, "p").permutation(0).empty());
  CHECK(Stream(7, "p").permutation(1) == std::vector<int>{0});

  Stream stream(8, "p");
  std::map<std::vector<int>, int> counts;
  for (int i = 0; i < 24000; ++i) ++counts[stream.permutation(4)];
  REQUIRE(counts.size() == 24);
  double chi2 = 0;
  for (const auto& [_, n] : counts) chi2 += (n - 1000.0) * (n - 1000.0) / 1000.0;
  CHECK(chi2 < 49.7);  // 23 degrees of freedom: above it once in a thousand seeds
}

}  // namespace trm
