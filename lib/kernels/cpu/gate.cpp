#include "kernels/arithmetic.h"
#include "kernels/cpu/clones.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/storage.h"

namespace trm::kernels::cpu {
namespace {

template <class T>
[[gnu::always_inline]] inline void forward(const T* gate, const T* up, T* out, int64_t begin,
                                           int64_t end) {
#pragma omp simd
  for (int64_t i = begin; i < end; ++i) {
    store(out[i], gated(load(gate[i]), load(up[i])));
  }
}

template <class T>
[[gnu::always_inline]] inline void backward(const T* dy, const T* gate, const T* up, T* dgate,
                                            T* dup, int64_t begin, int64_t end) {
#pragma omp simd
  for (int64_t i = begin; i < end; ++i) {
    const GateGradient d = gate_gradient_of(load(dy[i]), load(gate[i]), load(up[i]));
    store(dgate[i], d.gate);
    store(dup[i], d.up);
  }
}

}  // namespace

TRM_CLONES void gate(const float* gate, const float* up, float* out, int64_t begin, int64_t end) {
  forward(gate, up, out, begin, end);
}
TRM_CLONES void gate(const BFloat16* gate, const BFloat16* up, BFloat16* out, int64_t begin,
                     int64_t end) {
  forward(gate, up, out, begin, end);
}
TRM_CLONES void gate_gradient(const float* dy, const float* gate, const float* up, float* dgate,
                              float* dup, int64_t begin, int64_t end) {
  backward(dy, gate, up, dgate, dup, begin, end);
}
TRM_CLONES void gate_gradient(const BFloat16* dy, const BFloat16* gate, const BFloat16* up,
                              BFloat16* dgate, BFloat16* dup, int64_t begin, int64_t end) {
  backward(dy, gate, up, dgate, dup, begin, end);
}

}  // namespace trm::kernels::cpu
