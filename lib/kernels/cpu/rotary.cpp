#include <algorithm>

#include "kernels/cpu/clones.h"
#include "kernels/cpu/rows.h"
#include "kernels/cpu/storage.h"

namespace trm::kernels::cpu {
namespace {

template <class T>
[[gnu::always_inline]] inline void turn(const T* x, T* y, const float* cos, const float* sin,
                                        float direction, int64_t turning, int64_t slots,
                                        int64_t half) {
  for (int64_t slot = 0; slot < turning; ++slot) {
    const T* first = x + slot * 2 * half;
    const T* second = first + half;
    T* to = y + slot * 2 * half;
#pragma omp simd
    for (int64_t k = 0; k < half; ++k) {
      const float a = load(first[k]), b = load(second[k]), s = sin[k] * direction;
      store(to[k], a * cos[k] - b * s);
      store(to[half + k], b * cos[k] + a * s);
    }
  }
  std::copy(x + turning * 2 * half, x + slots * 2 * half, y + turning * 2 * half);
}

}  // namespace

TRM_CLONES void rotate(const float* x, float* y, const float* cos, const float* sin,
                       float direction, int64_t turning, int64_t slots, int64_t half) {
  turn(x, y, cos, sin, direction, turning, slots, half);
}
TRM_CLONES void rotate(const BFloat16* x, BFloat16* y, const float* cos, const float* sin,
                       float direction, int64_t turning, int64_t slots, int64_t half) {
  turn(x, y, cos, sin, direction, turning, slots, half);
}

}  // namespace trm::kernels::cpu
