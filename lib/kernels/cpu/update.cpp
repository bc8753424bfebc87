#include <cmath>

#include "kernels/cpu/clones.h"
#include "kernels/cpu/rows.h"

namespace trm::kernels::cpu {

TRM_CLONES void adam_atan2(float* p, float* m, float* v, const float* g, const AdamScalars& s,
                           int64_t begin, int64_t end) {
  const AdamScalars k = s;  // a copy, which no store through p can change
#pragma omp simd
  for (int64_t i = begin; i < end; ++i) {
    const Moments now = moments_of(m[i], v[i], g[i], k);
    m[i] = now.mean;
    v[i] = now.square;
    p[i] = adam_atan2_of(p[i], now.mean, std::sqrt(now.square), k);
  }
}

TRM_CLONES void adamw(float* p, float* m, float* v, const float* g, const AdamScalars& s,
                      int64_t begin, int64_t end) {
  const AdamScalars k = s;
#pragma omp simd
  for (int64_t i = begin; i < end; ++i) {
    const Moments now = moments_of(m[i], v[i], g[i], k);
    m[i] = now.mean;
    v[i] = now.square;
    p[i] = adamw_of(p[i], now.mean, std::sqrt(now.square), k);
  }
}

// Each product is rounded to float by itself, as the references' is: in one step an average moves
// by a few units in the last place, and a fused product would change that by a hundredth. This file
// is compiled without fused products (cmake/targets.cmake).
TRM_CLONES void average(float* average, const float* p, double rate, int64_t begin, int64_t end) {
  const auto kept = static_cast<float>(rate), gain = static_cast<float>(1.0 - rate);
#pragma omp simd
  for (int64_t i = begin; i < end; ++i) average[i] = gain * p[i] + kept * average[i];
}

}  // namespace trm::kernels::cpu
