#pragma once

#include <memory>
#include <vector>

#include "dist/world.h"
#include "train/division.h"
#include "train/tree_sum.h"

namespace trm::train {

// Meets the ranks' subtrees in the tree of all shards: each rank gets its slice of all of them,
// adds it in the tree's order, and the slices are gathered. That sends what an all-reduce sends,
// and the bits are those of one process.
class RankSum {
 public:
  // `numbers`: of the gradients.
  RankSum(std::shared_ptr<dist::World> world, const Division& division, int64_t numbers);

  // The numbers that a gradient buffer has to have: a whole slice for each rank.
  int64_t padded() const { return padded_; }

  // From this rank's subtrees the sum of all; the gradients are valid until the next call.
  ShardSum add(std::vector<std::pair<TreeSum::Node, ShardSum>> own);

  // Tensors with a row for each of this rank's rows of the batch, of all ranks one after another.
  torch::Tensor gather_rows(const torch::Tensor& own) const;
  // Rows of a number of rows that all ranks know of each other, one after another.
  torch::Tensor gather(const torch::Tensor& own, const std::vector<int64_t>& rows) const;

  dist::World& world() const { return *world_; }

 private:
  std::shared_ptr<dist::World> world_;
  Division division_;
  int64_t padded_;
  std::vector<std::vector<TreeSum::Node>> nodes_;  // of each rank
  torch::Tensor sent_, received_, all_;            // kept from step to step
};

}  // namespace trm::train
