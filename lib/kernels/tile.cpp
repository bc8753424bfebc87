#include "kernels/tile.h"

#include <ATen/native/CPUBlas.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/part_clock.h"
#include "core/printable.h"

// A LibTorch that lacks them must still link: weak.
namespace at::native::cpublas {
[[gnu::weak]] void brgemm(int64_t m, int64_t n, int64_t k, int64_t ld_a, int64_t ld_b, int64_t ld_c,
                          bool add_C, const float* a, const float* b, float* c, bool is_vnni);
[[gnu::weak]] void brgemm(int64_t m, int64_t n, int64_t k, int64_t ld_a, int64_t ld_b, int64_t ld_c,
                          bool add_C, const at::BFloat16* a, const at::BFloat16* b, float* c,
                          bool is_vnni);
[[gnu::weak]] void brgemm_release(bool is_vnni);
[[gnu::weak]] bool could_pack(at::ScalarType type);
}  // namespace at::native::cpublas

namespace trm::kernels::tile {
namespace {

namespace blas = at::native::cpublas;
using cpu::BFloat16;

using FloatProduct = void (*)(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, bool,
                              const float*, const float*, float*, bool);
using BFloat16Product = void (*)(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, bool,
                                 const at::BFloat16*, const at::BFloat16*, float*, bool);

// Where a product is made of tiles of 32 rows (AMX), one with other rows takes the slow way whole.
bool has_row_tiles() {
  static const bool has = blas::could_pack != nullptr && blas::could_pack(at::kBFloat16);
  return has;
}

// Small whole numbers, whose sums are exact in any order: a processor or a library that does not
// know the layout says something else.
template <class T>
bool works(const Size& size) {
  const auto& [m, n, summed] = size;
  std::vector<T> a(static_cast<size_t>(m * summed)), b(static_cast<size_t>(summed * n));
  std::vector<float> c(static_cast<size_t>(m * n), 1.0F);
  const auto left = [](int64_t i, int64_t k) { return static_cast<float>((i + 3 * k) % 7 - 3); };
  const auto right = [](int64_t k, int64_t j) { return static_cast<float>((2 * k + j) % 5 - 2); };
  const auto put = [](T& to, float x) {
    cpu::convert(cpu::Matrix<const float>{&x, 1}, cpu::Matrix<T>{&to, 1}, 1, 1);
  };
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t k = 0; k < summed; ++k) put(a[static_cast<size_t>(i * summed + k)], left(i, k));
  }
  for (int64_t k = 0; k < summed; ++k) {
    for (int64_t j = 0; j < n; ++j) {
      const int64_t at = kPairs<T> ? k / 2 * 2 * n + 2 * j + k % 2 : k * n + j;
      put(b[static_cast<size_t>(at)], right(k, j));
    }
  }
  multiply({m, n, summed}, {a.data(), summed}, Right<T>{b.data(), n}, {c.data(), n}, true);
  release<T>();
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      float sum = 1;
      for (int64_t k = 0; k < summed; ++k) sum += left(i, k) * right(k, j);
      if (c[static_cast<size_t>(i * n + j)] != sum) return false;
    }
  }
  return true;
}

bool wanted() {
  const char* said = std::getenv("TRM_TILES");
  const std::string_view tiles = said == nullptr ? "on" : said;
  if (tiles != "on" && tiles != "off")
    throw Error("environment: TRM_TILES is '" + printable(tiles) + "'; use on or off");
  return tiles == "on";
}

template <class T, class Product>
bool has_product() {
  if (!wanted() || static_cast<Product>(blas::brgemm) == nullptr) return false;
  try {
    // Whole vectors and tiles of the kernel, and rests of them in every direction.
    return works<T>({33, 48, 64}) && works<T>({97, 50, 98});
  } catch (const c10::Error&) {
    return false;  // LibTorch has none for this processor, as for bfloat16 with AVX2 alone
  }
}

}  // namespace

bool available(at::ScalarType type) {
  if (type == at::kFloat) {
    static const bool has = has_product<float, FloatProduct>();
    return has;
  }
  if (type == at::kBFloat16) {
    static const bool has = has_product<BFloat16, BFloat16Product>();
    return has;
  }
  return false;
}

bool has_narrow_strips() {
  static const bool narrow = !__builtin_cpu_supports("avx512f");
  return narrow;
}

void multiply(const Size& size, cpu::Matrix<const float> a, Right<float> b, cpu::Matrix<float> c,
              bool add) {
  const PartScope products(Part::kProducts);
  // All rows with the columns that the kernel takes at once, before those that come next.
  const int64_t columns = has_narrow_strips() ? Strips<float>::columns() : size.n;
  for (int64_t j = 0; j < size.n; j += columns) {
    blas::brgemm(size.m, std::min(columns, size.n - j), size.k, a.step, b.step, c.step, add, a.at,
                 b.at + j, c.at + j, false);
  }
}

void multiply(const Size& size, cpu::Matrix<const BFloat16> a, Right<BFloat16> b,
              cpu::Matrix<float> c, bool add) {
  const PartScope products(Part::kProducts);
  const auto part = [&](int64_t row, int64_t rows) {
    blas::brgemm(rows, size.n, size.k, a.step, b.step, c.step, add,
                 reinterpret_cast<const at::BFloat16*>(a.row(row)),
                 reinterpret_cast<const at::BFloat16*>(b.at), c.row(row), true);
  };
  const int64_t tiled = size.m / 32 * 32;
  if (!has_row_tiles() || tiled == 0 || tiled == size.m) {
    part(0, size.m);
  } else {
    part(0, tiled);
    part(tiled, size.m - tiled);
  }
}

template <>
void release<float>() {}
template <>
void release<BFloat16>() {
  if (has_row_tiles()) blas::brgemm_release(true);
}

namespace {

struct Free {
  void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{64}); }
};
struct Block {
  std::unique_ptr<void, Free> memory;
  int64_t size = 0;
};
// The blocks that calls have asked for, by the order in which they ask.
thread_local std::vector<Block> blocks;
thread_local bool in_use = false;

}  // namespace

Scratch::Scratch() {
  if (in_use) throw std::logic_error("tile::Scratch: two at a time in one thread");
  in_use = true;
}
Scratch::~Scratch() { in_use = false; }

void* Scratch::bytes(int64_t count) {
  if (next_ == blocks.size()) blocks.emplace_back();
  auto& block = blocks[next_++];
  if (block.size < count) {
    block.size = 0;
    block.memory.reset();
    block.memory.reset(::operator new (static_cast<size_t>(count), std::align_val_t{64}));
    block.size = count;
  }
  return block.memory.get();
}

}  // namespace trm::kernels::tile
