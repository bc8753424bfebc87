#include "kernels/product.h"

#include <ATen/Context.h>

#include "core/part_clock.h"
#include "kernels/function.h"
#include "kernels/layout.h"
#include "kernels/outer_sum.h"
#include "kernels/weight_gradient.h"

// LibTorch's door to oneDNN writes into a given tensor and adds to it, which no public operator
// does. It is exported but in no header, so a LibTorch without it must still link: weak.
namespace at::native {
[[gnu::weak]] void mkldnn_matmul(const Tensor& a, const Tensor& b, const Tensor& out, float beta,
                                 float alpha);
}  // namespace at::native

namespace trm::kernels {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// Below this many multiplications oneDNN's set-up costs more than it gains. Measured on AVX-512
// with two threads: oneDNN 5-10 % faster from 2^22 on, slower below 2^20.
constexpr int64_t kLarge = 1 << 21;

bool large(int64_t m, int64_t k, int64_t n) { return m * k * n >= kLarge; }

bool has_one_dnn(const torch::Device& device) {
  // LibTorch lets it run only where it has bfloat16 products, whatever the type.
  const bool wide = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512dq");
  return device.is_cpu() && wide && at::native::mkldnn_matmul != nullptr &&
         at::globalContext().userEnabledMkldnn();
}

Tensor in_type_of(const Tensor& x, const Tensor& weight, const Tensor& shadow) {
  if (x.scalar_type() == weight.scalar_type()) return weight;
  return shadow.defined() ? shadow : weight.detach().to(x.scalar_type());
}

// How a tensor that may be undefined is handed to an autograd function: it asks its inputs for
// their device.
std::optional<Tensor> if_defined(const Tensor& x) {
  return x.defined() ? std::optional(x) : std::nullopt;
}

class Linear : public Function<Linear> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& weight,
                        const std::optional<Tensor>& given_shadow) {
    const auto shadow = given_shadow.value_or(Tensor());
    ctx->save_for_backward({x, weight, shadow});
    const auto w = in_type_of(x, weight, shadow);
    const auto rows = x.reshape({-1, x.size(-1)});
    const auto y = torch::empty({rows.size(0), w.size(0)}, x.options());
    multiply_into(rows, w.t(), y, 0);
    auto shape = x.sizes().vec();
    shape.back() = w.size(0);
    return y.view(shape);
  }

  static tensor_list backward(AutogradContext* ctx, tensor_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const auto& [x, weight, shadow] = std::tie(saved[0], saved[1], saved[2]);
    const auto dy = gradients[0].reshape({-1, weight.size(0)});
    const auto rows = x.reshape({-1, x.size(-1)});
    Tensor dx;
    if (ctx->needs_input_grad(0)) {
      dx = torch::empty(rows.sizes(), rows.options());
      multiply_into(dy, in_type_of(x, weight, shadow), dx, 0);
      dx = dx.view(x.sizes());
    }
    const WeightGradient dw(weight, ctx->needs_input_grad(1));
    if (!dw.buffer().defined()) return {dx, Tensor(), Tensor()};
    if (has_outer_sum(dy)) {
      add_outer_sum(dy, rows, dw.buffer());
    } else {
      multiply_into(dy.t(), rows, dw.buffer(), 1);
    }
    return {dx, dw.result(), Tensor()};
  }
};

// Whether a product of these must be made in float32: where oneDNN may not run, LibTorch multiplies
// bfloat16 matrices by plain loops that are a tenth as fast, and less exact; and where the result
// is float32, as a weight's gradient, its products for a processor would round it on the way.
bool needs_widening(const Tensor& a, const Tensor& out) {
  return multiplied_in(a.device(), a.scalar_type()) != a.scalar_type() ||
         (a.is_cpu() && out.scalar_type() != a.scalar_type());
}

Tensor widened(const Tensor& x) { return x.to(at::kFloat); }

// One product a trajectory where each is large, else LibTorch's batched one; on a GPU a plain one
// where there is no batch.
void multiply_each(const Tensor& w, const Tensor& x, const Tensor& y) {
  const PartScope products(Part::kProducts);
  if (needs_widening(x, y)) {
    const auto wide = torch::empty(y.sizes(), y.options().dtype(at::kFloat));
    multiply_each(widened(w), widened(x), wide);
    y.copy_(wide);
  } else if (x.is_cuda() ? x.size(0) == 1 : large(w.size(0), w.size(1), x.size(2))) {
    for (int64_t b = 0; b < x.size(0); ++b) multiply_into(w, x[b], y[b], 0);
  } else {
    at::bmm_out(const_cast<Tensor&>(y), w.expand({x.size(0), w.size(0), w.size(1)}), x);
  }
}

class MixPositions : public Function<MixPositions> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& x, const Tensor& weight,
                        const std::optional<Tensor>& given_shadow) {
    const auto shadow = given_shadow.value_or(Tensor());
    ctx->save_for_backward({x, weight, shadow});
    const auto y = torch::empty({x.size(0), weight.size(0), x.size(2)}, x.options());
    multiply_each(in_type_of(x, weight, shadow), x, y);
    return y;
  }

  static tensor_list backward(AutogradContext* ctx, tensor_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const auto& [x, weight, shadow] = std::tie(saved[0], saved[1], saved[2]);
    const auto dy = gradients[0].contiguous();
    Tensor dx;
    if (ctx->needs_input_grad(0)) {
      dx = torch::empty(x.sizes(), x.options());
      multiply_each(in_type_of(x, weight, shadow).t(), dy, dx);
    }
    const WeightGradient dw(weight, ctx->needs_input_grad(1));
    if (dw.buffer().defined()) accumulate_weight(dy, x, dw.buffer());
    return {dx, dw.result(), Tensor()};
  }

 private:
  // dw += sum over b of dy_b x_b^T.
  static void accumulate_weight(const Tensor& dy, const Tensor& x, const Tensor& dw) {
    if (large(dy.size(1), x.size(2), x.size(1)) && !x.is_cuda()) {
      for (int64_t b = 0; b < x.size(0); ++b) multiply_into(dy[b], x[b].t(), dw, 1);
      return;
    }
    const auto wide_dy = dy.transpose(0, 1).reshape({dy.size(1), -1});  // [M, B * D]
    const auto wide_x = x.transpose(0, 1).reshape({x.size(1), -1});     // [T, B * D]
    multiply_into(wide_dy, wide_x.t(), dw, 1);
  }
};

}  // namespace

void multiply_into(const Tensor& a, const Tensor& b, const Tensor& out, float beta) {
  const PartScope products(Part::kProducts);
  torch::NoGradGuard no_grad;
  if (needs_widening(a, out)) {
    const auto wide = widened(out);  // `out` itself where it is float32
    multiply_into(widened(a), widened(b), wide, beta);
    if (!wide.is_same(out)) out.copy_(wide);
    return;
  }
  if (out.scalar_type() == a.scalar_type()) {
    const bool one_dnn = has_one_dnn(a.device()) && large(a.size(0), a.size(1), b.size(1));
    multiply_with(one_dnn ? Library::kOneDnn : Library::kDefault, a, b, out, beta);
    return;
  }
  // cuBLAS leaves its float32 sums as they are, and adds them to what is there.
  auto target = out.detach();
  if (beta == 0) {
    at::mm_out(target, a, b, at::kFloat);
  } else {
    at::addmm_out(target, target, a, b, at::kFloat, beta, 1);
  }
}

void multiply_with(Library library, const Tensor& a, const Tensor& b, const Tensor& out,
                   float beta) {
  auto target = out.detach();
  if (library == Library::kOneDnn) {
    at::native::mkldnn_matmul(a.detach(), b.detach(), target, beta, 1.0F);
  } else if (beta == 0) {
    at::mm_out(target, a, b);
  } else {
    target.addmm_(a, b, beta, 1);
  }
}

std::vector<Library> libraries(const torch::Device& device) {
  if (has_one_dnn(device)) return {Library::kDefault, Library::kOneDnn};
  return {Library::kDefault};
}

at::ScalarType multiplied_in(const torch::Device& device, at::ScalarType type) {
  const bool widens = device.is_cpu() && type == at::kBFloat16 && !has_one_dnn(device);
  return widens ? at::kFloat : type;
}

std::string_view name_of(Library library) {
  return library == Library::kOneDnn ? "oneDNN" : "default";
}

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& shadow) {
  if (is_token_major(x)) {
    const auto y = linear(in_memory(x, Axis::kChannels), weight, shadow);
    return by_shape(y, Axis::kChannels, x.size(0));
  }
  return Linear::apply(x, weight, if_defined(shadow));
}

Tensor mix_positions(const Tensor& x, const Tensor& weight, const Tensor& shadow) {
  return MixPositions::apply(x.contiguous(), weight, if_defined(shadow));
}

}  // namespace trm::kernels
