#include "kernels/gpu/launch.h"

#include <c10/core/DeviceGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "kernels/gpu/queue.h"
#include "kernels/launch_arguments.h"
#include "tensor/batch.h"
#include "tensor/values.h"

namespace trm::kernels::gpu {
namespace {

using torch::Tensor;

template <class T>
const T* read(const Tensor& x) {
  expect_dense(x, sizeof(T));
  return static_cast<const T*>(x.const_data_ptr());
}
template <class T>
T* write(const Tensor& x) {
  expect_dense(x, sizeof(T));
  return static_cast<T*>(x.mutable_data_ptr());
}

// The device of a tensor made the current one, and its current stream.
class On {
 public:
  explicit On(const Tensor& x)
      : guard_(x.device()), stream_(c10::cuda::getCurrentCUDAStream(x.device().index())) {}
  cudaStream_t stream() const { return stream_.stream(); }

 private:
  c10::DeviceGuard guard_;
  c10::cuda::CUDAStream stream_;
};

// Calls f(float{}) or f(__nv_bfloat16{}) after the tensor's type.
template <class F>
void with_type(const Tensor& x, const F& f) {
  if (x.scalar_type() == at::kFloat) {
    f(float{});
  } else if (x.scalar_type() == at::kBFloat16) {
    f(__nv_bfloat16{});
  } else {
    throw std::logic_error(std::string("CUDA kernel: no code for ") +
                           at::toString(x.scalar_type()));
  }
}

Extent extent_of(const Tensor& x) { return {x.size(0), x.size(1), x.size(2)}; }

CellExtent cells_of(const Tensor& logits) {
  const int64_t vocabulary = logits.size(-1);
  return {vocabulary == 0 ? 0 : logits.numel() / vocabulary, vocabulary, kIgnoredLabel};
}

}  // namespace

void add_rms_norm(const Tensor& h, const Tensor& r, const Tensor& y, const Tensor& rstd, Axis axis,
                  float eps) {
  const On on(h);
  with_type(h, [&](auto type) {
    using T = decltype(type);
    const auto queue = axis == Axis::kChannels ? queue_norm_rows<T> : queue_norm_columns<T>;
    queue(read<T>(h), read<T>(r), write<T>(y), write<float>(rstd), extent_of(h), eps, on.stream());
  });
}

void rms_norm_gradient(const Tensor& dy, const Tensor& y, const Tensor& rstd, const Tensor& dx,
                       Axis axis) {
  const On on(y);
  with_type(y, [&](auto type) {
    using T = decltype(type);
    const auto queue =
        axis == Axis::kChannels ? queue_norm_rows_gradient<T> : queue_norm_columns_gradient<T>;
    queue(read<T>(dy), read<T>(y), read<float>(rstd), write<T>(dx), extent_of(y), on.stream());
  });
}

void gate(const Tensor& x, const Tensor& y, int64_t outer, int64_t inner) {
  expect_gate(x, y, outer, inner);
  const On on(x);
  with_type(x, [&](auto type) {
    using T = decltype(type);
    queue_gate(read<T>(x), write<T>(y), outer, inner, on.stream());
  });
}

void gate_gradient(const Tensor& dy, const Tensor& x, const Tensor& dx, int64_t outer,
                   int64_t inner) {
  expect_gate_gradient(dy, x, dx, outer, inner);
  const On on(x);
  with_type(x, [&](auto type) {
    using T = decltype(type);
    queue_gate_gradient(read<T>(dy), read<T>(x), write<T>(dx), outer, inner, on.stream());
  });
}

void rotate(const Tensor& qkv, const Tensor& out, const Tensor& cos, const Tensor& sin,
            float direction) {
  const On on(qkv);
  const RotaryExtent extent{qkv.size(0), qkv.size(1), qkv.size(2), qkv.size(2) / 3 * 2,
                            qkv.size(3) / 2};
  with_type(qkv, [&](auto type) {
    using T = decltype(type);
    queue_rotate(read<T>(qkv), write<T>(out), read<float>(cos), read<float>(sin), direction, extent,
                 on.stream());
  });
}

void stablemax(const Tensor& logits, const Tensor& labels, const Tensor& loss) {
  expect_stablemax(logits, labels, loss);
  const On on(logits);
  with_type(logits, [&](auto type) {
    using T = decltype(type);
    queue_stablemax(read<T>(logits), read<int32_t>(labels), write<double>(loss), cells_of(logits),
                    on.stream());
  });
}

void stablemax_gradient(const Tensor& upstream, const Tensor& logits, const Tensor& labels,
                        const Tensor& gradient) {
  expect_stablemax_gradient(upstream, logits, labels, gradient);
  const On on(logits);
  with_type(logits, [&](auto type) {
    using T = decltype(type);
    queue_stablemax_gradient(read<double>(upstream), read<T>(logits), read<int32_t>(labels),
                             write<T>(gradient), cells_of(logits), on.stream());
  });
}

void adam(const Tensor& p, const Tensor& m, const Tensor& v, const Tensor& g, const Tensor& scalars,
          const Tensor& apply, bool atan2) {
  expect_adam(p, m, v, g, scalars, apply);
  const On on(p);
  static_assert(sizeof(AdamScalars) == 6 * sizeof(float));
  queue_adam(write<float>(p), write<float>(m), write<float>(v), read<float>(g),
             reinterpret_cast<const AdamScalars*>(read<float>(scalars)), read<float>(apply),
             p.numel(), atan2, on.stream());
}

void average(const Tensor& average, const Tensor& p, double rate, const Tensor& apply) {
  expect_average(average, p, apply);
  const On on(p);
  queue_average(write<float>(average), read<float>(p), rate, read<float>(apply), p.numel(),
                on.stream());
}

void uniform(uint64_t key, const Tensor& step, const Tensor& rows, const Tensor& out) {
  expect_uniform(step, rows, out);
  const On on(out);
  queue_uniform(write<float>(out), key, read<int64_t>(step), read<int64_t>(rows), out.size(0),
                out.size(1), on.stream());
}

}  // namespace trm::kernels::gpu
