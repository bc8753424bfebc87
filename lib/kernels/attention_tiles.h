#pragma once

#include "kernels/tile.h"

namespace trm::kernels {

// Attention of one head of one trajectory, by one thread: the bodies of kernels/attention.h on a
// CPU. Tokens T, head size K; K is even where T's rows are pairs.
struct HeadShape {
  int64_t tokens, size;
  float scale;
  const float *cos, *sin;  // [T, K], or null
};

template <class T>
struct HeadForward {
  cpu::Matrix<const T> q, k, v;  // [T, K]
  cpu::Matrix<T> y;              // [T, K]
  float* log_sum;                // [T]
};

template <class T>
struct HeadBackward {
  cpu::Matrix<const T> q, k, v, y, dy;  // [T, K]
  const float* log_sum;                 // [T]
  cpu::Matrix<T> dq, dk, dv;            // [T, K]
};

template <class T>
void attend(const HeadShape& shape, const HeadForward<T>& in);
template <class T>
void attend_gradient(const HeadShape& shape, const HeadBackward<T>& in);

}  // namespace trm::kernels
