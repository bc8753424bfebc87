#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "tensor/torch.h"

namespace trm::train {

// Gradients and sums of some of a batch's shards.
struct ShardSum {
  torch::Tensor gradients;  // flat; undefined where nothing is summed but `sums`
  torch::Tensor sums;       // loss/sums.h
};

// Adds the sums of shards in one fixed order, whoever computes them and whenever they are ready: a
// binary tree over the shard's index,
//   ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + ...)
// A node is added as soon as both of its halves are there. Whoever holds a run of the leaves adds
// the subtrees within it, and holds about log2(run) buffers; the rest is added where runs meet.
class TreeSum {
 public:
  struct Node {
    int64_t level, index;  // covers leaves [index << level, (index + 1) << level)
    auto operator<=>(const Node&) const = default;
  };

  explicit TreeSum(int64_t leaves) : leaves_(leaves) {}

  // Takes a node's sum, whose tensors it may write to, and adds what can be added. From any thread.
  // Returns the buffers that are free again.
  std::vector<ShardSum> add(Node node, ShardSum sum);

  // The nodes that a run of leaves [begin, end) adds up to by itself, first to last.
  std::vector<Node> nodes_of(int64_t begin, int64_t end) const;

  // The nodes that wait for another, first to last; one, the root, where all leaves were added.
  std::vector<std::pair<Node, ShardSum>> take();

 private:
  bool is_root(const Node& node) const {
    return node.index == 0 && (int64_t{1} << node.level) >= leaves_;
  }

  int64_t leaves_;
  std::mutex mutex_;
  std::map<Node, ShardSum> waiting_;
};

}  // namespace trm::train
