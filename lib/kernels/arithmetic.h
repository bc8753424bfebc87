#pragma once

#include <cstdint>

// Scalar arithmetic of the fused kernels: branch-free, so that the compiler turns loops over it
// into vector code, and constexpr, so that CUDA kernels use the same text. Errors below 2 units in
// the last place of float; tested against double.

namespace trm::kernels {

// exp(x), held at exp(-87) below and exp(88) above; NaN stays NaN.
[[gnu::always_inline]] constexpr float exp_of(float x) {
  constexpr float kLog2E = 1.44269504F;
  constexpr float kLn2High = 0.693359375F;  // ln 2 in two parts, the first exact in few bits
  constexpr float kLn2Low = -2.12194440e-4F;
  const float above = x < -87.0F ? -87.0F : x;
  const float bounded = above > 88.0F ? 88.0F : above;
  // Adding 1.5 * 2^23 rounds to the nearest whole number and leaves it in the lowest bits.
  const float shifted = bounded * kLog2E + 12582912.0F;
  const float whole = shifted - 12582912.0F;
  const float r = (bounded - whole * kLn2High) - whole * kLn2Low;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * (r * r) + r + 1.0F;
  const uint32_t exponent = (__builtin_bit_cast(uint32_t, shifted) + 127U) << 23;
  return p * __builtin_bit_cast(float, exponent);
}

[[gnu::always_inline]] constexpr float sigmoid_of(float x) { return 1.0F / (1.0F + exp_of(-x)); }

// silu(gate) * up, and its gradients given the result's; s: sigmoid_of(gate), for who needs both.
[[gnu::always_inline]] constexpr float gated(float gate, float up, float s) {
  return gate * s * up;
}
[[gnu::always_inline]] constexpr float gated(float gate, float up) {
  return gated(gate, up, sigmoid_of(gate));
}
struct GateGradient {
  float gate, up;
};
[[gnu::always_inline]] constexpr GateGradient gate_gradient_of(float dy, float gate, float up,
                                                               float s) {
  return {dy * up * s * (1.0F + gate * (1.0F - s)), dy * gate * s};
}
[[gnu::always_inline]] constexpr GateGradient gate_gradient_of(float dy, float gate, float up) {
  return gate_gradient_of(dy, gate, up, sigmoid_of(gate));
}

// atan2(y, x) for x >= 0, as Adam-atan2 needs it; atan2(0, 0) = 0; NaN where either is NaN or both
// are infinite. |y| + x is at most the largest float.
[[gnu::always_inline]] constexpr float atan2_right(float y, float x) {
  constexpr float kQuarterPi = 0.785398163F, kHalfPi = 1.57079633F;
  constexpr float kRest = -2.78275336e-8F;  // of both, as a share: what float cuts from them
  const float a = y < 0 ? -y : y;
  const bool steep = a > x;
  const float smaller = steep ? x : a;
  const float larger = steep ? a : x;
  // From 1/2 on, atan t = pi/4 + atan((t - 1) / (t + 1)); the difference above the line is exact.
  const bool upper = smaller > 0.5F * larger;
  const float top = upper ? smaller - larger : smaller;
  const float bottom = upper ? smaller + larger : larger;
  const float u = top / (bottom == 0.0F ? 1.0F : bottom);
  const float s = u * u;
  float p = -5.1403329e-2F;  // atan u / u, minimax for s <= 1/4
  p = p * s + 1.01647958e-1F;
  p = p * s - 1.41760290e-1F;
  p = p * s + 1.99943125e-1F;
  p = p * s - 3.33332360e-1F;
  const float turn = p * s * u + u;
  const float start = upper ? kQuarterPi : (steep ? kHalfPi : 0.0F);
  const float angle = start + ((steep ? -turn : turn) + start * kRest);
  return y < 0 ? -angle : angle;
}

// Scalars of one optimizer step, computed in double and rounded once (spec 5.1).
struct AdamScalars {
  float rate;           // lr / (1 - beta1^t)
  float decay;          // 1 - lr * weight decay
  float gain1, gain2;   // 1 - beta1, 1 - beta2
  float inverse_bias2;  // 1 / sqrt(1 - beta2^t)
  float epsilon;        // AdamW alone
};

// The moments after one more gradient.
struct Moments {
  float mean, square;
};
[[gnu::always_inline]] constexpr Moments moments_of(float mean, float square, float gradient,
                                                    const AdamScalars& s) {
  return {mean + s.gain1 * (gradient - mean), square + s.gain2 * (gradient * gradient - square)};
}

// A parameter after its step; root: the square root of the mean square.
[[gnu::always_inline]] constexpr float adam_atan2_of(float p, float mean, float root,
                                                     const AdamScalars& s) {
  return p * s.decay - s.rate * atan2_right(mean, root * s.inverse_bias2);
}
[[gnu::always_inline]] constexpr float adamw_of(float p, float mean, float root,
                                                const AdamScalars& s) {
  return p * s.decay - s.rate * mean / (root * s.inverse_bias2 + s.epsilon);
}

}  // namespace trm::kernels
