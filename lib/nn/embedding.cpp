#include "nn/embedding.h"

#include <ATen/ops/embedding.h>

#include <cmath>

namespace trm::nn {

Embedding::Embedding(int64_t entries, int64_t width, Initializer& init)
    : weight_(register_parameter(
          "embedding_weight",
          init.truncated_normal({entries, width}, 1.0 / std::sqrt(static_cast<double>(width))))) {}

torch::Tensor Embedding::forward(const torch::Tensor& ids, at::ScalarType type) const {
  return at::embedding(weight_, ids).to(type);
}

}  // namespace trm::nn
