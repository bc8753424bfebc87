#include "kernels/cpu/tile_loops.h"

#include "kernels/arithmetic.h"
#include "kernels/cpu/clones.h"
#include "kernels/cpu/storage.h"

namespace trm::kernels::cpu {
namespace {

template <class T>
[[gnu::always_inline]] inline void gradient(Matrix<const float> dact, Matrix<const T> gate,
                                            Matrix<const T> up, Matrix<T> dgate, Matrix<T> dup,
                                            Matrix<T> act, int64_t rows, int64_t columns) {
  for (int64_t i = 0; i < rows; ++i) {
    const float* d = dact.row(i);
    const T* g = gate.row(i);
    const T* u = up.row(i);
    T* dg = dgate.row(i);
    T* du = dup.row(i);
    T* a = act.row(i);
#pragma omp simd
    for (int64_t j = 0; j < columns; ++j) {
      const float x = load(g[j]), y = load(u[j]), s = sigmoid_of(x);
      const GateGradient from = gate_gradient_of(rounded<T>(d[j]), x, y, s);
      store(dg[j], from.gate);
      store(du[j], from.up);
      store(a[j], gated(x, y, s));
    }
  }
}

template <class From, class To>
[[gnu::always_inline]] inline void copy(Matrix<const From> in, Matrix<To> out, int64_t rows,
                                        int64_t columns) {
  for (int64_t i = 0; i < rows; ++i) {
    const From* from = in.row(i);
    To* to = out.row(i);
#pragma omp simd
    for (int64_t j = 0; j < columns; ++j) store(to[j], load(from[j]));
  }
}

}  // namespace

TRM_CLONES void pair_rows(Matrix<const BFloat16> in, Matrix<uint32_t> out, int64_t rows,
                          int64_t columns) {
  for (int64_t i = 0; i + 1 < rows; i += 2) {
    const BFloat16* first = in.row(i);
    const BFloat16* second = in.row(i + 1);
    uint32_t* to = out.row(i / 2);
#pragma omp simd
    for (int64_t j = 0; j < columns; ++j) {
      to[j] = static_cast<uint32_t>(second[j].bits) << 16 | first[j].bits;
    }
  }
  if (rows % 2 == 0) return;
  const BFloat16* last = in.row(rows - 1);
  uint32_t* to = out.row(rows / 2);
#pragma omp simd
  for (int64_t j = 0; j < columns; ++j) to[j] = last[j].bits;
}

TRM_CLONES void gate_tile(Matrix<const float> gate, Matrix<const float> up, Matrix<float> act,
                          int64_t rows, int64_t columns) {
  for (int64_t i = 0; i < rows; ++i) {
    const float* g = gate.row(i);
    const float* u = up.row(i);
    float* a = act.row(i);
#pragma omp simd
    for (int64_t j = 0; j < columns; ++j) a[j] = gated(g[j], u[j]);
  }
}

TRM_CLONES void gate_tile(Matrix<const float> gate, Matrix<const float> up,
                          Matrix<BFloat16> saved_gate, Matrix<BFloat16> saved_up,
                          Matrix<BFloat16> act, int64_t rows, int64_t columns) {
  for (int64_t i = 0; i < rows; ++i) {
    const float* g = gate.row(i);
    const float* u = up.row(i);
    BFloat16* a = act.row(i);
    if (saved_gate.at != nullptr) {
      BFloat16* kept_gate = saved_gate.row(i);
      BFloat16* kept_up = saved_up.row(i);
#pragma omp simd
      for (int64_t j = 0; j < columns; ++j) {
        const uint16_t x = bfloat16_bits(g[j]), y = bfloat16_bits(u[j]);
        kept_gate[j].bits = x;
        kept_up[j].bits = y;
        store(a[j], gated(load(BFloat16{x}), load(BFloat16{y})));
      }
      continue;
    }
#pragma omp simd
    for (int64_t j = 0; j < columns; ++j) {
      store(a[j], gated(rounded<BFloat16>(g[j]), rounded<BFloat16>(u[j])));
    }
  }
}

TRM_CLONES void gate_gradient_tile(Matrix<const float> dact, Matrix<const float> gate,
                                   Matrix<const float> up, Matrix<float> dgate, Matrix<float> dup,
                                   Matrix<float> act, int64_t rows, int64_t columns) {
  gradient<float>(dact, gate, up, dgate, dup, act, rows, columns);
}
TRM_CLONES void gate_gradient_tile(Matrix<const float> dact, Matrix<const BFloat16> gate,
                                   Matrix<const BFloat16> up, Matrix<BFloat16> dgate,
                                   Matrix<BFloat16> dup, Matrix<BFloat16> act, int64_t rows,
                                   int64_t columns) {
  gradient<BFloat16>(dact, gate, up, dgate, dup, act, rows, columns);
}

TRM_CLONES void convert(Matrix<const BFloat16> in, Matrix<float> out, int64_t rows,
                        int64_t columns) {
  copy(in, out, rows, columns);
}
TRM_CLONES void convert(Matrix<const float> in, Matrix<BFloat16> out, int64_t rows,
                        int64_t columns) {
  copy(in, out, rows, columns);
}
TRM_CLONES void convert(Matrix<const float> in, Matrix<float> out, int64_t rows, int64_t columns) {
  copy(in, out, rows, columns);
}

}  // namespace trm::kernels::cpu
