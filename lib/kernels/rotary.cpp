#include "kernels/rotary.h"

#include <ATen/ops/cat.h>

#include "core/part_clock.h"
#include "kernels/cpu/split.h"
#include "kernels/function.h"
#include "kernels/gpu/launch.h"
#include "tensor/shape.h"

namespace trm::kernels {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// x cos + rot(x) sin for direction +1; the inverse turn, which is the gradient, for -1.
Tensor turned(const Tensor& qkv, const Tensor& cos, const Tensor& sin, float direction) {
  const PartScope attention(Part::kAttention);
  const auto y = torch::empty(qkv.sizes(), qkv.options());
  if (qkv.is_cuda()) {
    gpu::rotate(qkv, y, cos, sin, direction);
    return y;
  }
  const int64_t tokens = qkv.size(1), slots = qkv.size(2), half = qkv.size(3) / 2;
  cpu::with_type(qkv, [&](auto type) {
    using T = decltype(type);
    const auto* from = cpu::read<T>(qkv);
    auto* to = cpu::write<T>(y);
    const auto* c = cpu::read<float>(cos);
    const auto* s = cpu::read<float>(sin);
    cpu::split(qkv.size(0) * tokens, 4 * slots * half, [&](int64_t begin, int64_t end) {
      for (int64_t row = begin; row < end; ++row) {
        const int64_t at = row * slots * 2 * half, token = (row % tokens) * 2 * half;
        cpu::rotate(from + at, to + at, c + token, s + token, direction, slots / 3 * 2, slots,
                    half);
      }
    });
  });
  return y;
}

class Rotate : public Function<Rotate> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& qkv, const Tensor& cos,
                        const Tensor& sin) {
    ctx->save_for_backward({cos, sin});
    return turned(qkv, cos, sin, 1);
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list gradients) {
    const auto saved = ctx->get_saved_variables();
    return {turned(gradients[0].contiguous(), saved[0], saved[1], -1), Tensor(), Tensor()};
  }
};

}  // namespace

void expect_angles(const Tensor& qkv, const Tensor& cos, const Tensor& sin, std::string_view what) {
  const auto name = std::string(what) + " cos";
  expect_shape(cos, {qkv.size(1), qkv.size(3)}, name);
  if (cos.scalar_type() != at::kFloat || cos.device() != qkv.device())
    throw std::logic_error(name + ": not float32, or not on the queries' device");
  expect_like(sin, cos, std::string(what) + " sin");
}

Tensor rotate_queries_and_keys(const Tensor& qkv, const Tensor& cos, const Tensor& sin) {
  expect_angles(qkv, cos, sin, "rotate_queries_and_keys");
  return Rotate::apply(qkv.contiguous(), cos.contiguous(), sin.contiguous());
}

Tensor rotate_reference(const Tensor& qkv, const Tensor& cos, const Tensor& sin) {
  const int64_t turning = qkv.size(2) / 3 * 2;
  const auto x = qkv.slice(2, 0, turning).to(cos.scalar_type());
  const auto halves = x.chunk(2, -1);
  const auto turned =
      x * cos.unsqueeze(1) + at::cat({-halves[1], halves[0]}, -1) * sin.unsqueeze(1);
  return at::cat({turned.to(qkv.scalar_type()), qkv.slice(2, turning)}, 2);
}

}  // namespace trm::kernels
