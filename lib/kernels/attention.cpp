#include "kernels/attention.h"

#include <ATen/ops/matmul.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include <cmath>

#include "core/part_clock.h"
#include "kernels/attention_tiles.h"
#include "kernels/cpu/split.h"
#include "kernels/function.h"
#include "kernels/rotary.h"
#include "tensor/shape.h"

namespace trm::kernels {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// A tensor [B, T, slots, K] by heads.
template <class T>
struct Slots {
  T* at;
  int64_t tokens, slots, size;

  cpu::Matrix<T> of(int64_t trajectory, int64_t slot) const {
    return {at + (trajectory * tokens * slots + slot) * size, slots * size};
  }
};
template <class T>
Slots<const T> read_slots(const Tensor& x) {
  return {cpu::read<T>(x), x.size(1), x.size(2), x.size(3)};
}
template <class T>
Slots<T> write_slots(const Tensor& x) {
  return {cpu::write<T>(x), x.size(1), x.size(2), x.size(3)};
}

// Both undefined without a rotation. Autograd takes no undefined tensors but in a struct.
struct Angles {
  Tensor cos, sin;
};

HeadShape shape_of(const Tensor& qkv, const Angles& angles) {
  const auto table = [](const Tensor& x) { return x.defined() ? cpu::read<float>(x) : nullptr; };
  return {qkv.size(1), qkv.size(3), 1 / std::sqrt(static_cast<float>(qkv.size(3))),
          table(angles.cos), table(angles.sin)};
}

// f(trajectory, head, number) for every head of every trajectory.
template <class F>
void for_heads(const Tensor& qkv, int64_t products, const F& f) {
  const int64_t heads = qkv.size(2) / 3, tokens = qkv.size(1);
  cpu::split(qkv.size(0) * heads, products * tokens * tokens * qkv.size(3),
             [&](int64_t begin, int64_t end) {
               for (int64_t i = begin; i < end; ++i) f(i / heads, i % heads, i);
             });
}

struct Result {
  Tensor y, log_sum;
};

Result forward(const Tensor& qkv, const Angles& angles) {
  const int64_t rows = qkv.size(0), tokens = qkv.size(1), heads = qkv.size(2) / 3;
  const Result result{torch::empty({rows, tokens, heads, qkv.size(3)}, qkv.options()),
                      torch::empty({rows * heads, tokens}, qkv.options().dtype(at::kFloat))};
  const auto shape = shape_of(qkv, angles);
  auto* log_sum = cpu::write<float>(result.log_sum);
  cpu::with_type(qkv, [&](auto type) {
    using T = decltype(type);
    const auto x = read_slots<T>(qkv);
    const auto y = write_slots<T>(result.y);
    for_heads(qkv, 2, [&](int64_t row, int64_t head, int64_t i) {
      attend(shape,
             HeadForward<T>{x.of(row, head), x.of(row, heads + head), x.of(row, 2 * heads + head),
                            y.of(row, head), log_sum + i * tokens});
    });
  });
  return result;
}

class Attend : public Function<Attend> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& qkv, const Angles& angles) {
    const auto result = kernels::forward(qkv, angles);
    ctx->save_for_backward({qkv, angles.cos, angles.sin, result.y, result.log_sum});
    return result.y;
  }

  static tensor_list backward(AutogradContext* ctx, tensor_list gradients) {
    const auto saved = ctx->get_saved_variables();
    const auto& qkv = saved[0];
    const auto dy = gradients[0].contiguous();
    const auto dqkv = torch::empty(qkv.sizes(), qkv.options());
    const int64_t tokens = qkv.size(1), heads = qkv.size(2) / 3;
    const auto shape = shape_of(qkv, {saved[1], saved[2]});
    const auto* log_sum = cpu::read<float>(saved[4]);
    cpu::with_type(qkv, [&](auto type) {
      using T = decltype(type);
      const auto x = read_slots<T>(qkv), y = read_slots<T>(saved[3]), of_y = read_slots<T>(dy);
      const auto dx = write_slots<T>(dqkv);
      for_heads(qkv, 5, [&](int64_t row, int64_t head, int64_t i) {
        const int64_t key = heads + head, value = 2 * heads + head;
        attend_gradient(shape,
                        HeadBackward<T>{x.of(row, head), x.of(row, key), x.of(row, value),
                                        y.of(row, head), of_y.of(row, head), log_sum + i * tokens,
                                        dx.of(row, head), dx.of(row, key), dx.of(row, value)});
      });
    });
    return {dqkv, Tensor()};
  }
};

// Queries, keys and values, each [B, H, T, K].
std::vector<Tensor> heads_of(const Tensor& qkv) {
  return qkv.transpose(1, 2).split(qkv.size(2) / 3, 1);
}

Tensor plain(const Tensor& qkv, const Tensor& cos, const Tensor& sin) {
  const auto slots = heads_of(cos.defined() ? rotate_queries_and_keys(qkv, cos, sin) : qkv);
  const PartScope attention(Part::kAttention);
  return at::scaled_dot_product_attention(slots[0], slots[1], slots[2])
      .transpose(1, 2)
      .contiguous();
}

bool has_tiles(const Tensor& qkv) {
  const auto type = qkv.scalar_type();
  return qkv.is_cpu() && tile::available(type) && (type == at::kFloat || qkv.size(3) % 2 == 0);
}

}  // namespace

Tensor attention(const Tensor& qkv, const Tensor& cos, const Tensor& sin) {
  if (cos.defined()) expect_angles(qkv, cos, sin, "attention");
  if (!has_tiles(qkv)) return plain(qkv, cos, sin);
  const auto dense = qkv.contiguous();
  const auto table = [](const Tensor& x) { return x.defined() ? x.contiguous() : x; };
  const Angles angles{table(cos), table(sin)};
  if (torch::GradMode::is_enabled() && qkv.requires_grad()) return Attend::apply(dense, angles);
  return forward(dense, angles).y;
}

Tensor attention_reference(const Tensor& qkv, const Tensor& cos, const Tensor& sin) {
  const auto slots = heads_of(cos.defined() ? rotate_reference(qkv, cos, sin) : qkv);
  const double scale = 1 / std::sqrt(static_cast<double>(qkv.size(3)));
  const auto weights = at::matmul(slots[0], slots[1].transpose(2, 3)).mul(scale).softmax(-1);
  return at::matmul(weights, slots[2]).transpose(1, 2);
}

}  // namespace trm::kernels
