#pragma once

#include <cstdint>

#include "kernels/arithmetic.h"

// The CPU's loops, free of LibTorch. Ranges are half-open; the caller splits them over threads.
// T is float or c10::BFloat16 storage given as uint16_t bits; arithmetic is float.

namespace trm::kernels::cpu {

struct BFloat16 {
  uint16_t bits;
};

// y = (h + r) * rstd, rstd = 1 / sqrt(mean of squares + eps) along the last axis; rows of `width`.
void add_rms_norm_rows(const float* h, const float* r, float* y, float* rstd, int64_t begin,
                       int64_t end, int64_t width, float eps);
void add_rms_norm_rows(const BFloat16* h, const BFloat16* r, BFloat16* y, float* rstd,
                       int64_t begin, int64_t end, int64_t width, float eps);
// dx = rstd * (dy - y * mean(dy * y)).
void rms_norm_gradient_rows(const float* dy, const float* y, const float* rstd, float* dx,
                            int64_t begin, int64_t end, int64_t width);
void rms_norm_gradient_rows(const BFloat16* dy, const BFloat16* y, const float* rstd, BFloat16* dx,
                            int64_t begin, int64_t end, int64_t width);

// The same along the middle axis of [outer, tokens, width], for columns [begin, end) of one outer
// index; pointers are to that index; rstd: [width].
void add_rms_norm_columns(const float* h, const float* r, float* y, float* rstd, int64_t begin,
                          int64_t end, int64_t tokens, int64_t width, float eps);
void add_rms_norm_columns(const BFloat16* h, const BFloat16* r, BFloat16* y, float* rstd,
                          int64_t begin, int64_t end, int64_t tokens, int64_t width, float eps);
void rms_norm_gradient_columns(const float* dy, const float* y, const float* rstd, float* dx,
                               int64_t begin, int64_t end, int64_t tokens, int64_t width);
void rms_norm_gradient_columns(const BFloat16* dy, const BFloat16* y, const float* rstd,
                               BFloat16* dx, int64_t begin, int64_t end, int64_t tokens,
                               int64_t width);

// out = silu(gate) * up over [begin, end).
void gate(const float* gate, const float* up, float* out, int64_t begin, int64_t end);
void gate(const BFloat16* gate, const BFloat16* up, BFloat16* out, int64_t begin, int64_t end);
void gate_gradient(const float* dy, const float* gate, const float* up, float* dgate, float* dup,
                   int64_t begin, int64_t end);
void gate_gradient(const BFloat16* dy, const BFloat16* gate, const BFloat16* up, BFloat16* dgate,
                   BFloat16* dup, int64_t begin, int64_t end);

// One token's slots of 2 * half numbers: the first `turning` turn by the angles of that token, the
// others are copied. cos, sin: [half] and their repetition.
void rotate(const float* x, float* y, const float* cos, const float* sin, float direction,
            int64_t turning, int64_t slots, int64_t half);
void rotate(const BFloat16* x, BFloat16* y, const float* cos, const float* sin, float direction,
            int64_t turning, int64_t slots, int64_t half);

// One optimizer step over [begin, end): decay, moments, update (arithmetic.h's AdamScalars).
void adam_atan2(float* p, float* m, float* v, const float* g, const AdamScalars& s, int64_t begin,
                int64_t end);
void adamw(float* p, float* m, float* v, const float* g, const AdamScalars& s, int64_t begin,
           int64_t end);
// average = (1 - rate) * p + rate * average.
void average(float* average, const float* p, double rate, int64_t begin, int64_t end);

}  // namespace trm::kernels::cpu
