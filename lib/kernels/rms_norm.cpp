#include "kernels/rms_norm.h"

#include "core/part_clock.h"
#include "kernels/cpu/split.h"
#include "kernels/function.h"
#include "kernels/gpu/launch.h"
#include "kernels/layout.h"
#include "tensor/shape.h"

namespace trm::kernels {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// Columns one thread takes at a time; a cache line of float.
constexpr int64_t kColumns = 64;

int64_t column_blocks(int64_t width) { return (width + kColumns - 1) / kColumns; }

void forward_cpu(const Tensor& h, const Tensor& r, const Tensor& y, const Tensor& rstd, Axis axis,
                 float eps) {
  const int64_t tokens = h.size(1), width = h.size(2);
  cpu::with_type(h, [&](auto type) {
    using T = decltype(type);
    const auto* hp = cpu::read<T>(h);
    const auto* rp = cpu::read<T>(r);
    auto* yp = cpu::write<T>(y);
    auto* sp = cpu::write<float>(rstd);
    if (axis == Axis::kChannels) {
      cpu::split(h.size(0) * tokens, 4 * width, [&](int64_t begin, int64_t end) {
        cpu::add_rms_norm_rows(hp, rp, yp, sp, begin, end, width, eps);
      });
      return;
    }
    const int64_t blocks = column_blocks(width);
    cpu::split(h.size(0) * blocks, 4 * tokens * kColumns, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t b = i / blocks, c = (i % blocks) * kColumns, at = b * tokens * width;
        cpu::add_rms_norm_columns(hp + at, rp + at, yp + at, sp + b * width, c,
                                  std::min(c + kColumns, width), tokens, width, eps);
      }
    });
  });
}

void backward_cpu(const Tensor& dy, const Tensor& y, const Tensor& rstd, const Tensor& dx,
                  Axis axis) {
  const int64_t tokens = y.size(1), width = y.size(2);
  cpu::with_type(y, [&](auto type) {
    using T = decltype(type);
    const auto* dyp = cpu::read<T>(dy);
    const auto* yp = cpu::read<T>(y);
    auto* dxp = cpu::write<T>(dx);
    const auto* sp = cpu::read<float>(rstd);
    if (axis == Axis::kChannels) {
      cpu::split(y.size(0) * tokens, 4 * width, [&](int64_t begin, int64_t end) {
        cpu::rms_norm_gradient_rows(dyp, yp, sp, dxp, begin, end, width);
      });
      return;
    }
    const int64_t blocks = column_blocks(width);
    cpu::split(y.size(0) * blocks, 4 * tokens * kColumns, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t b = i / blocks, c = (i % blocks) * kColumns, at = b * tokens * width;
        cpu::rms_norm_gradient_columns(dyp + at, yp + at, sp + b * width, dxp + at, c,
                                       std::min(c + kColumns, width), tokens, width);
      }
    });
  });
}

class AddRmsNorm : public Function<AddRmsNorm> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& h, const Tensor& r, int64_t axis,
                        double eps) {
    const PartScope norm(Part::kNorm);
    const auto along = static_cast<Axis>(axis);
    const auto y = torch::empty(h.sizes(), h.options());
    const int64_t scales = along == Axis::kChannels ? h.size(0) * h.size(1) : h.size(0) * h.size(2);
    const auto rstd = torch::empty({scales}, h.options().dtype(at::kFloat));
    if (h.is_cuda()) {
      gpu::add_rms_norm(h, r, y, rstd, along, static_cast<float>(eps));
    } else {
      forward_cpu(h, r, y, rstd, along, static_cast<float>(eps));
    }
    ctx->save_for_backward({y, rstd});
    ctx->saved_data["axis"] = axis;
    return y;
  }

  static tensor_list backward(AutogradContext* ctx, tensor_list gradients) {
    const PartScope norm(Part::kNorm);
    const auto saved = ctx->get_saved_variables();
    const auto dy = gradients[0].contiguous();
    const auto dx = torch::empty(dy.sizes(), dy.options());
    const auto axis = static_cast<Axis>(ctx->saved_data["axis"].toInt());
    if (dy.is_cuda()) {
      gpu::rms_norm_gradient(dy, saved[0], saved[1], dx, axis);
    } else {
      backward_cpu(dy, saved[0], saved[1], dx, axis);
    }
    return {dx, dx, Tensor(), Tensor()};
  }
};

}  // namespace

Tensor add_rms_norm(const Tensor& h, const Tensor& r, Axis axis, double eps) {
  expect_shape(h, {-1, -1, -1}, "add_rms_norm h");
  expect_like(r, h, "add_rms_norm r");
  if (is_token_major(h)) {
    const auto y = add_rms_norm(in_memory(h, axis), in_memory(r, axis), axis, eps);
    return by_shape(y, axis, h.size(0));
  }
  return AddRmsNorm::apply(h.contiguous(), r.contiguous(), static_cast<int64_t>(axis), eps);
}

Tensor add_rms_norm_reference(const Tensor& h, const Tensor& r, Axis axis, double eps) {
  const auto x = (h + r).to(c10::promoteTypes(h.scalar_type(), at::kFloat));
  const int64_t dim = axis == Axis::kChannels ? 2 : 1;
  return (x * torch::rsqrt(x.square().mean(dim, true) + eps)).to(h.scalar_type());
}

}  // namespace trm::kernels
