#include "kernels/rotary.h"

#include <ATen/ops/cat.h>

namespace trm::kernels {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// x cos + rot(x) sin for direction +1; the inverse turn, which is the gradient, for -1.
Tensor turned(const Tensor& qkv, const Tensor& cos, const Tensor& sin, double direction) {
  const int64_t turning = qkv.size(2) / 3 * 2;
  const auto x = qkv.slice(2, 0, turning).to(at::kFloat);
  const int64_t half = x.size(3) / 2;
  const auto c = cos.slice(1, 0, half).unsqueeze(1);                // [T, 1, K / 2]
  const auto s = (sin.slice(1, 0, half) * direction).unsqueeze(1);  // [T, 1, K / 2]
  const auto first = x.slice(3, 0, half);
  const auto second = x.slice(3, half);
  const auto y = torch::empty_like(qkv);
  y.slice(2, turning).copy_(qkv.slice(2, turning));
  const auto out = y.slice(2, 0, turning);
  out.slice(3, 0, half).copy_(first * c - second * s);
  out.slice(3, half).copy_(second * c + first * s);
  return y;
}

class Rotate : public torch::autograd::Function<Rotate> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& qkv, const Tensor& cos,
                        const Tensor& sin) {
    ctx->save_for_backward({cos, sin});
    return turned(qkv, cos, sin, 1);
  }
  static tensor_list backward(AutogradContext* ctx, tensor_list gradients) {
    const auto saved = ctx->get_saved_variables();
    return {turned(gradients[0], saved[0], saved[1], -1), Tensor(), Tensor()};
  }
};

}  // namespace

Tensor rotate_queries_and_keys(const Tensor& qkv, const Tensor& cos, const Tensor& sin) {
  return Rotate::apply(qkv, cos, sin);
}

}  // namespace trm::kernels
