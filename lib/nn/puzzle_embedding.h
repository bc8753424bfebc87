#pragma once

#include <vector>

#include "tensor/torch.h"

namespace trm::nn {

// One row a puzzle, trained by sparse sign-SGD beside the optimizer (spec 2.6, 5.2). The table is a
// buffer "weights" [N, width], zero at first, never averaged by the EMA (spec 5.5). While training,
// a forward pass reads its rows through a leaf of its own, in which their gradient lands.
class PuzzleEmbedding : public torch::nn::Module {
 public:
  PuzzleEmbedding(int64_t puzzles, int64_t width);

  // ids [B] int32 -> [B, width] in the given type.
  torch::Tensor forward(const torch::Tensor& ids, bool training, at::ScalarType type);

  // Rows read since the last call, one for each row of the batch, with their gradients. Undefined
  // tensors where none had a gradient.
  struct Touched {
    torch::Tensor ids;        // [B] int32
    torch::Tensor gradients;  // [B, width] float32
  };
  Touched take_touched();

  const torch::Tensor& table() const { return weights_; }

 private:
  struct Read {
    torch::Tensor ids, rows;
  };
  torch::Tensor weights_;
  std::vector<Read> reads_;  // one for each forward pass since
};

}  // namespace trm::nn
