#include "train/tree_sum.h"

#include <algorithm>

namespace trm::train {

std::vector<ShardSum> TreeSum::add(Node node, ShardSum sum) {
  torch::NoGradGuard no_grad;
  std::vector<ShardSum> free;
  for (;;) {
    const bool is_root = this->is_root(node);
    const Node sibling{node.level, node.index ^ 1};
    const bool is_alone = (sibling.index << sibling.level) >= leaves_;
    if (!is_root && !is_alone) {
      const std::lock_guard lock(mutex_);
      const auto found = waiting_.find(sibling);
      if (found == waiting_.end()) {
        waiting_.emplace(node, std::move(sum));
        return free;
      }
      free.push_back(std::move(found->second));
      waiting_.erase(found);
    } else if (is_root) {
      const std::lock_guard lock(mutex_);
      waiting_.emplace(node, std::move(sum));
      return free;
    }
    if (!is_alone) {  // a + b has the bits of b + a
      const auto& other = free.back();
      if (sum.gradients.defined()) sum.gradients.add_(other.gradients);
      sum.sums.add_(other.sums);
    }
    node = {node.level + 1, node.index / 2};
  }
}

std::vector<TreeSum::Node> TreeSum::nodes_of(int64_t begin, int64_t end) const {
  std::vector<Node> found;
  const auto look = [&](const auto& self, const Node& node) -> void {
    const int64_t first = node.index << node.level;
    const int64_t last = std::min(leaves_, (node.index + 1) << node.level);
    if (first >= last || last <= begin || first >= end) return;
    if (begin <= first && last <= end) {
      found.push_back(node);
      return;
    }
    self(self, {node.level - 1, 2 * node.index});
    self(self, {node.level - 1, 2 * node.index + 1});
  };
  Node root{0, 0};
  while (!is_root(root)) ++root.level;
  look(look, root);
  return found;
}

std::vector<std::pair<TreeSum::Node, ShardSum>> TreeSum::take() {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<Node, ShardSum>> nodes(waiting_.begin(), waiting_.end());
  waiting_.clear();
  std::sort(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) {
    return (a.first.index << a.first.level) < (b.first.index << b.first.level);
  });
  return nodes;
}

}  // namespace trm::train
