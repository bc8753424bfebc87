#include "kernels/cpu/clones.h"
#include "kernels/cpu/tile_loops.h"

namespace trm::kernels::cpu {
namespace {

// A block of 8 by 8 words in eight vectors, the compiler's own: three rounds of shuffles, each of
// which exchanges halves, quarters, eighths between rows.
constexpr int64_t kBlock = 8;
using Words = uint32_t __attribute__((vector_size(kBlock * sizeof(uint32_t)), aligned(4)));

#if defined(__clang__)
#define TRM_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define TRM_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, Words{__VA_ARGS__})
#endif

[[gnu::always_inline]] inline void transpose_block(const uint32_t* in, int64_t from, uint32_t* out,
                                                   int64_t to) {
  Words r[kBlock], s[kBlock];
  for (int i = 0; i < kBlock; ++i) r[i] = *reinterpret_cast<const Words*>(in + i * from);
  for (int i = 0; i < kBlock; i += 2) {
    s[i] = TRM_SHUFFLE(r[i], r[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    s[i + 1] = TRM_SHUFFLE(r[i], r[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < kBlock; i += 4) {
    for (int j = 0; j < 2; ++j) {
      r[i + j] = TRM_SHUFFLE(s[i + j], s[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      r[i + j + 2] = TRM_SHUFFLE(s[i + j], s[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (int j = 0; j < 4; ++j) {
    s[j] = TRM_SHUFFLE(r[j], r[j + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    s[j + 4] = TRM_SHUFFLE(r[j], r[j + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
  for (int i = 0; i < kBlock; ++i) *reinterpret_cast<Words*>(out + i * to) = s[i];
}

}  // namespace

TRM_CLONES void transpose(Matrix<const uint32_t> in, Matrix<uint32_t> out, int64_t rows,
                          int64_t columns) {
  const int64_t whole_rows = rows / kBlock * kBlock, whole_columns = columns / kBlock * kBlock;
  for (int64_t i = 0; i < whole_rows; i += kBlock) {
    for (int64_t j = 0; j < whole_columns; j += kBlock) {
      transpose_block(in.row(i) + j, in.step, out.row(j) + i, out.step);
    }
    for (int64_t j = whole_columns; j < columns; ++j) {
      for (int64_t k = i; k < i + kBlock; ++k) out.row(j)[k] = in.row(k)[j];
    }
  }
  for (int64_t i = whole_rows; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) out.row(j)[i] = in.row(i)[j];
  }
}

}  // namespace trm::kernels::cpu
