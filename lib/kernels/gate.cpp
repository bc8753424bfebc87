#include "kernels/gate.h"

#include <ATen/ops/silu.h>

#include "core/part_clock.h"
#include "kernels/cpu/split.h"
#include "kernels/function.h"
#include "kernels/gpu/launch.h"

namespace trm::kernels {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// x is `outer` pieces of gate (`inner` numbers) and up (`inner` numbers).
struct Halves {
  int64_t outer, inner;
};

Halves halves_of(const Tensor& x, int64_t axis) {
  int64_t outer = 1, inner = 1;
  for (int64_t i = 0; i < axis; ++i) outer *= x.size(i);
  for (int64_t i = axis; i < x.dim(); ++i) inner *= x.size(i);
  return {outer, inner / 2};
}

// Pieces of at most this many numbers, so that threads share even a single long one.
constexpr int64_t kPiece = 4096;

// f(offset of gate, offset of out, count) for each piece.
template <class F>
void for_pieces(Halves halves, const F& f) {
  const int64_t each = (halves.inner + kPiece - 1) / kPiece;
  cpu::split(halves.outer * each, 16 * std::min(halves.inner, kPiece),
             [&](int64_t begin, int64_t end) {
               for (int64_t i = begin; i < end; ++i) {
                 const int64_t o = i / each, from = (i % each) * kPiece;
                 f(2 * o * halves.inner + from, o * halves.inner + from,
                   std::min(kPiece, halves.inner - from));
               }
             });
}

class Gate : public Function<Gate> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& x, int64_t axis) {
    const PartScope gate(Part::kGate);
    ctx->save_for_backward({x});
    ctx->saved_data["axis"] = axis;
    auto shape = x.sizes().vec();
    shape[static_cast<size_t>(axis)] /= 2;
    const auto y = torch::empty(shape, x.options());
    const auto halves = halves_of(x, axis);
    if (x.is_cuda()) {
      gpu::gate(x, y, halves.outer, halves.inner);
      return y;
    }
    cpu::with_type(x, [&](auto type) {
      using T = decltype(type);
      const auto* xp = cpu::read<T>(x);
      auto* yp = cpu::write<T>(y);
      for_pieces(halves, [&](int64_t in, int64_t out, int64_t count) {
        cpu::gate(xp + in, xp + in + halves.inner, yp + out, 0, count);
      });
    });
    return y;
  }

  static tensor_list backward(AutogradContext* ctx, tensor_list gradients) {
    const PartScope gate(Part::kGate);
    const auto x = ctx->get_saved_variables()[0];
    const auto halves = halves_of(x, ctx->saved_data["axis"].toInt());
    const auto dy = gradients[0].contiguous();
    const auto dx = torch::empty(x.sizes(), x.options());
    if (x.is_cuda()) {
      gpu::gate_gradient(dy, x, dx, halves.outer, halves.inner);
      return {dx, Tensor()};
    }
    cpu::with_type(x, [&](auto type) {
      using T = decltype(type);
      const auto* xp = cpu::read<T>(x);
      const auto* dyp = cpu::read<T>(dy);
      auto* dxp = cpu::write<T>(dx);
      for_pieces(halves, [&](int64_t in, int64_t out, int64_t count) {
        cpu::gate_gradient(dyp + out, xp + in, xp + in + halves.inner, dxp + in,
                           dxp + in + halves.inner, 0, count);
      });
    });
    return {dx, Tensor()};
  }
};

}  // namespace

Tensor gate(const Tensor& x, int64_t axis) { return Gate::apply(x.contiguous(), axis); }

Tensor gate_reference(const Tensor& x, int64_t axis) {
  const auto halves = x.chunk(2, axis);
  return at::silu(halves[0]) * halves[1];
}

}  // namespace trm::kernels
