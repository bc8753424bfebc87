#include "kernels/swiglu.h"

#include "kernels/cpu/split.h"
#include "kernels/function.h"
#include "kernels/gate.h"
#include "kernels/layout.h"
#include "kernels/product.h"
#include "kernels/swiglu_tiles.h"
#include "kernels/weight_gradient.h"
#include "tensor/shape.h"

namespace trm::kernels {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

SwiGluShape shape_of(const Tensor& x, int64_t inner, double eps) {
  return {x.size(0), x.size(1), x.size(2), inner, static_cast<float>(eps)};
}

struct Result {
  Tensor y, rstd, saved;
};

// saved: undefined unless `keep`.
Result forward(const Tensor& x, const Tensor& gate_up, const Tensor& down, Axis axis, int64_t inner,
               double eps, bool keep) {
  const auto shape = shape_of(x, inner, eps);
  const bool channels = axis == Axis::kChannels;
  const int64_t vectors = shape.batch * (channels ? shape.tokens : shape.width);
  Result result{torch::empty(x.sizes(), x.options()),
                torch::empty({vectors}, x.options().dtype(at::kFloat)),
                keep ? torch::empty({vectors, 2 * inner}, x.options()) : Tensor()};
  cpu::with_type(x, [&](auto type) {
    using T = decltype(type);
    const SwiGluForward<T> in{cpu::read<T>(x),
                              cpu::read<T>(gate_up),
                              cpu::read<T>(down),
                              cpu::write<T>(result.y),
                              cpu::write<float>(result.rstd),
                              keep ? cpu::write<T>(result.saved) : nullptr};
    channels ? swiglu_channels(shape, in) : swiglu_positions(shape, in);
  });
  return result;
}

class SwiGluNorm : public Function<SwiGluNorm> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& gate_up,
                        const Tensor& down, const SwiGluWeights& w, Axis axis, double eps) {
    const auto result = kernels::forward(x, w.gate_up_packed.forward, w.down_packed.forward, axis,
                                         down.size(1), eps, true);
    ctx->save_for_backward({x, gate_up, down, w.gate_up_packed.backward, w.down_packed.backward,
                            result.y, result.rstd, result.saved});
    ctx->saved_data["axis"] = static_cast<int64_t>(axis);
    return result.y;
  }

  static tensor_list backward(AutogradContext* ctx, tensor_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const auto& x = saved[0];
    const int64_t inner = saved[2].size(1);
    const auto dy = gradients[0].contiguous();
    const bool wants_weights = ctx->needs_input_grad(1) || ctx->needs_input_grad(2);
    const WeightGradient dgate_up(saved[1], wants_weights), ddown(saved[2], wants_weights);
    const auto dx = ctx->needs_input_grad(0) ? torch::empty(x.sizes(), x.options()) : Tensor();
    const bool channels = ctx->saved_data["axis"].toInt() == static_cast<int64_t>(Axis::kChannels);
    cpu::with_type(x, [&](auto type) {
      using T = decltype(type);
      const SwiGluBackward<T> in{cpu::read<T>(dy),
                                 cpu::read<T>(saved[5]),
                                 cpu::read<T>(x),
                                 cpu::read<T>(saved[7]),
                                 cpu::read<float>(saved[6]),
                                 cpu::read<T>(saved[3]),
                                 cpu::read<T>(saved[4]),
                                 dx.defined() ? cpu::write<T>(dx) : nullptr,
                                 wants_weights ? cpu::write<float>(dgate_up.buffer()) : nullptr,
                                 wants_weights ? cpu::write<float>(ddown.buffer()) : nullptr};
      const auto shape = shape_of(x, inner, 0);
      channels ? swiglu_channels_gradient(shape, in) : swiglu_positions_gradient(shape, in);
    });
    return {dx, dgate_up.result(), ddown.result(), Tensor(), Tensor(), Tensor()};
  }
};

Tensor plain(const Tensor& x, const SwiGluWeights& w, Axis axis, double eps) {
  if (is_token_major(x)) return by_shape(plain(in_memory(x, axis), w, axis, eps), axis, x.size(0));
  Tensor mixed;
  if (axis == Axis::kChannels) {
    mixed = linear(gate(linear(x, w.gate_up, w.gate_up_shadow), 2), w.down, w.down_shadow);
  } else {
    const auto inner = gate(mix_positions(x, w.gate_up, w.gate_up_shadow), 1);
    mixed = mix_positions(inner, w.down, w.down_shadow);
  }
  return add_rms_norm(x, mixed, axis, eps);
}

}  // namespace

Tensor swiglu_norm(const Tensor& x, const SwiGluWeights& w, Axis axis, double eps) {
  if (!x.is_cpu() || !w.gate_up_packed.defined() || x.numel() == 0) return plain(x, w, axis, eps);
  expect_shape(w.down, {x.size(axis == Axis::kChannels ? 2 : 1), w.down.size(1)},
               "swiglu_norm down");
  expect_shape(w.gate_up, {2 * w.down.size(1), w.down.size(0)}, "swiglu_norm gate_up");
  const auto dense = x.contiguous();
  const bool graph = torch::GradMode::is_enabled() &&
                     (x.requires_grad() || w.gate_up.requires_grad() || w.down.requires_grad());
  if (graph) return SwiGluNorm::apply(dense, w.gate_up, w.down, w, axis, eps);
  return forward(dense, w.gate_up_packed.forward, w.down_packed.forward, axis, w.down.size(1), eps,
                 false)
      .y;
}

}  // namespace trm::kernels
