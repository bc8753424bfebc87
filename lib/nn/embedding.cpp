#include "nn/embedding.h"

#include <ATen/ops/embedding.h>

#include <cmath>

#include "kernels/function.h"
#include "kernels/product.h"
#include "nn/embedding_gradient.h"

namespace trm::nn {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

class Lookup : public kernels::Function<Lookup> {
 public:
  static Tensor forward(AutogradContext* ctx, const Tensor& table, const Tensor& ids,
                        at::ScalarType type) {
    ctx->save_for_backward({ids});
    ctx->saved_data["entries"] = table.size(0);
    return at::embedding(table, ids).to(type);
  }

  static tensor_list backward(AutogradContext* ctx, tensor_list gradients) {
    const auto ids = ctx->get_saved_variables()[0];
    return {embedding_gradient(gradients[0], ids, ctx->saved_data["entries"].toInt()), Tensor(),
            Tensor()};
  }
};

}  // namespace

torch::Tensor embedding_gradient(const torch::Tensor& dy, const torch::Tensor& ids,
                                 int64_t entries) {
  const auto rows = dy.reshape({ids.numel(), -1});
  const auto entry = torch::arange(entries, ids.options());
  const auto one_hot =
      ids.reshape({1, -1}).eq(entry.unsqueeze(1)).to(rows.scalar_type());  // [V, n]
  const auto sums = torch::empty({entries, rows.size(1)}, rows.options().dtype(at::kFloat));
  kernels::multiply_into(one_hot, rows, sums, 0);
  return sums;
}

Embedding::Embedding(int64_t entries, int64_t width, Initializer& init)
    : weight_(register_parameter(
          "embedding_weight",
          init.truncated_normal({entries, width}, 1.0 / std::sqrt(static_cast<double>(width))))) {}

torch::Tensor Embedding::forward(const torch::Tensor& ids, at::ScalarType type) const {
  if (weight_.is_cuda()) return Lookup::apply(weight_, ids, type);
  return at::embedding(weight_, ids).to(type);
}

}  // namespace trm::nn
