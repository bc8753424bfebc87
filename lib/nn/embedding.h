#pragma once

#include "nn/initializer.h"
#include "tensor/torch.h"

namespace trm::nn {

// A table of vectors (spec 2.2), parameter "embedding_weight" [entries, width], std 1 /
// sqrt(width) (spec 2.5).
class Embedding : public torch::nn::Module {
 public:
  Embedding(int64_t entries, int64_t width, Initializer& init);

  // ids [B, L] int32 -> [B, L, width] in the given type.
  torch::Tensor forward(const torch::Tensor& ids, at::ScalarType type) const;

  const torch::Tensor& table() const { return weight_; }

 private:
  torch::Tensor weight_;
};

}  // namespace trm::nn
