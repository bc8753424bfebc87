#pragma once

#include <memory>
#include <optional>

#include "core/config.h"
#include "nn/embedding.h"
#include "nn/puzzle_embedding.h"
#include "tensor/batch.h"

namespace trm::model {

// A grid of tokens as the recursion's input (spec 2.5): a prefix that carries the puzzle's
// embedding, then one vector a cell, learned positions if any, all scaled by sqrt(width).
class GridInput : public torch::nn::Module {
 public:
  struct Config {
    static constexpr std::string_view kind = "grid";
    int64_t prefix = 16;
    std::string positions = "rotary";
    std::optional<int64_t> puzzle_width = {};

    template <class V>
    void fields(V& v) {
      v("prefix", prefix,
        "positions in front of the cells that hold the puzzle embedding; 0 for none",
        {.min = 0, .max = 4096});
      v("positions", positions, "how cells know where they are",
        {.choices = {"rotary", "learned", "none"}});
      v("puzzle_width", puzzle_width, "width of the puzzle embedding; null for the model's width",
        {.min = 1});
    }
  };

  GridInput(const Config& config, const GridSpec& spec, int64_t width, nn::Initializer& init);

  // inputs [B, L], puzzle_ids [B] -> [B, P + L, D] in the given type.
  torch::Tensor encode(const Batch& batch, bool training, at::ScalarType type);

  nn::PuzzleEmbedding* puzzle_embedding() { return puzzles_.get(); }
  int64_t prefix() const { return prefix_; }

 private:
  int64_t prefix_;
  int64_t width_;
  std::shared_ptr<nn::Embedding> tokens_;         // [V, D]
  std::shared_ptr<nn::Embedding> positions_;      // [P + L, D]; null without learned positions
  std::shared_ptr<nn::PuzzleEmbedding> puzzles_;  // null without a prefix
};

// The catalogue of inputs: a new one is its file and one entry here.
using AnyInput = OneOf<GridInput>;

}  // namespace trm::model
