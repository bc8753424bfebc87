#pragma once

#include <algorithm>
#include <type_traits>

#include "kernels/cpu/tile_loops.h"
#include "tensor/torch.h"

namespace trm::kernels::tile {

// Products of one thread on operands that lie in its core's own cache: LibTorch's micro-kernels.
// Sums are float. The right operand in bfloat16 has its rows in pairs (cpu::pair_rows), as the
// processor's instructions want them; its number of rows is then even.

template <class T>
inline constexpr bool kPairs = std::is_same_v<std::remove_const_t<T>, cpu::BFloat16>;

// Whether this processor and this LibTorch have them for that type; found by trying one. Not where
// the environment says TRM_TILES=off: then all is computed as on a machine that lacks them. Error
// where it says something else than on or off.
bool available(at::ScalarType type);

// Rows of a product as long as the right operand's must be: even where rows are pairs.
template <class T>
constexpr int64_t padded(int64_t k) {
  return kPairs<T> ? (k + 1) / 2 * 2 : k;
}

// A right operand [k, n]: `step` is what a row is longer than the last, as if rows were not pairs.
template <class T>
struct Right {
  const T* at;
  int64_t step;

  // Row k, an even one, and column n.
  Right from(int64_t k, int64_t n) const { return {at + k * step + (kPairs<T> ? 2 * n : n), step}; }
};

struct Size {
  int64_t m, n, k;
};

// c = a b, or c += a b, for a [m, k], b [k, n].
void multiply(const Size& size, cpu::Matrix<const float> a, Right<float> b, cpu::Matrix<float> c,
              bool add);
void multiply(const Size& size, cpu::Matrix<const cpu::BFloat16> a, Right<cpu::BFloat16> b,
              cpu::Matrix<float> c, bool add);

// Whether the micro-kernel takes 32 columns of float at once, as with AVX2 alone, and not 64.
bool has_narrow_strips();

// A right operand [rows, n] in strips of columns that lie one after another, the last one filled
// up, each as wide as what the micro-kernel takes at once. A strip's rows are neighbours; those of
// a matrix of 512 or 1536 columns would meet in a few lines of the cache.
template <class T>
struct Strips {
  static constexpr int64_t kMostColumns = 64;

  T* at;         // [strips, rows, columns()]
  int64_t rows;  // even where they are pairs

  static int64_t columns() { return !kPairs<T> && has_narrow_strips() ? 32 : kMostColumns; }
  static int64_t count(int64_t n) { return (n + columns() - 1) / columns(); }

  cpu::Matrix<T> strip(int64_t i) const { return {at + i * rows * columns(), columns()}; }
  // From row k, an even one, and column n on, with which a strip begins.
  Strips from(int64_t k, int64_t n) const { return {at + (n * rows + k * columns()), rows}; }
};

// f(strip, first, count) for the strips of `columns` columns.
template <class T, class F>
void for_strips(int64_t columns, const F& f) {
  const int64_t width = Strips<T>::columns();
  for (int64_t i = 0; i * width < columns; ++i) {
    f(i, i * width, std::min(width, columns - i * width));
  }
}

// The same for the rows of b from its first on.
template <class T>
void multiply(const Size& size, cpu::Matrix<const T> a, Strips<const T> b, cpu::Matrix<float> c,
              bool add) {
  for_strips<T>(size.n, [&](int64_t i, int64_t first, int64_t count) {
    const auto strip = b.strip(i);
    multiply({size.m, count, size.k}, a, Right<T>{strip.at, strip.step}, c.from(0, first), add);
  });
}

// Call after the products of one piece of work: some processors keep a state for them.
template <class T>
void release();

// Memory of this thread that is kept for the next call, so that a step allocates nothing once it
// has been done. One at a time in a thread.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // Not initialized; valid as long as this.
  template <class T>
  cpu::Matrix<T> matrix(int64_t rows, int64_t columns) {
    return {static_cast<T*>(bytes(rows * columns * static_cast<int64_t>(sizeof(T)))), columns};
  }
  template <class T>
  Strips<T> strips(int64_t rows, int64_t columns) {
    const int64_t filled = padded<T>(rows);
    return {matrix<T>(filled, Strips<T>::count(columns) * Strips<T>::columns()).at, filled};
  }

 private:
  void* bytes(int64_t count);
  size_t next_ = 0;
};

// f(first, count) for pieces of [0, count) of `piece`; a rest of at most a quarter is of the last.
constexpr int64_t longest(int64_t piece) { return piece + piece / 4; }
template <class F>
void for_pieces(int64_t count, int64_t piece, const F& f) {
  for (int64_t first = 0; first < count;) {
    const int64_t left = count - first;
    const int64_t now = left <= longest(piece) ? left : piece;
    f(first, now);
    first += now;
  }
}

// An operand's rows as words, for cpu::transpose: float's own, or pairs.
template <class T>
cpu::Matrix<uint32_t> words(cpu::Matrix<T> x) {
  return {reinterpret_cast<uint32_t*>(x.at), kPairs<T> ? x.step / 2 : x.step};
}
template <class T>
cpu::Matrix<const uint32_t> words(cpu::Matrix<const T> x) {
  return {reinterpret_cast<const uint32_t*>(x.at), kPairs<T> ? x.step / 2 : x.step};
}

// A view that is only read.
template <class T>
cpu::Matrix<const T> constant(cpu::Matrix<T> x) {
  return {x.at, x.step};
}
template <class T>
Strips<const T> constant(Strips<T> x) {
  return {x.at, x.rows};
}

}  // namespace trm::kernels::tile
