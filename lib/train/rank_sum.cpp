#include "train/rank_sum.h"

#include <ATen/ops/cat.h>

#include <algorithm>

namespace trm::train {
RankSum::RankSum(std::shared_ptr<dist::World> world, const Division& division, int64_t numbers)
    : world_(std::move(world)), division_(division) {
  constexpr int64_t kAlignment = 64 / sizeof(float);
  const int64_t whole = division.ranks * kAlignment;
  padded_ = division.ranks == 1 ? numbers : (numbers + whole - 1) / whole * whole;
  const TreeSum tree(division.shards);
  for (int64_t r = 0; r < division.ranks; ++r)
    nodes_.push_back(tree.nodes_of(division.first_shard(r), division.first_shard(r + 1)));
}

ShardSum RankSum::add(std::vector<std::pair<TreeSum::Node, ShardSum>> own) {
  if (division_.ranks == 1) return std::move(own.front().second);
  const int64_t ranks = division_.ranks, slice = padded_ / ranks;
  size_t most = 0;
  for (const auto& nodes : nodes_) most = std::max(most, nodes.size());
  const auto count = static_cast<int64_t>(most);
  const auto& like = own.front().second;
  if (!received_.defined()) {
    received_ = torch::zeros({ranks, count, slice}, like.gradients.options());
    all_ = torch::zeros({ranks, slice}, like.gradients.options());
    if (count > 1) sent_ = torch::zeros_like(received_);
  }
  auto sums = torch::zeros({count, like.sums.size(0)}, like.sums.options());
  for (size_t k = 0; k < own.size(); ++k) {
    const auto node = static_cast<int64_t>(k);
    sums[node].copy_(own[k].second.sums);
    if (count > 1) sent_.select(1, node).copy_(own[k].second.gradients.view({ranks, slice}));
  }
  world_->exchange_into(received_, count > 1 ? sent_ : like.gradients.view({ranks, 1, slice}));
  const auto all_sums = world_->all_gather(sums);
  TreeSum tree(division_.shards);
  for (size_t r = 0; r < nodes_.size(); ++r) {
    for (size_t k = 0; k < nodes_[r].size(); ++k) {
      tree.add(nodes_[r][k], {received_[static_cast<int64_t>(r)][static_cast<int64_t>(k)],
                              all_sums[r][static_cast<int64_t>(k)].clone()});
    }
  }
  const auto root = std::move(tree.take().front().second);
  world_->all_gather_into(all_, root.gradients.contiguous());
  return {all_.view({-1}), root.sums};
}

torch::Tensor RankSum::gather_rows(const torch::Tensor& own) const {
  std::vector<int64_t> rows;
  for (int64_t r = 0; r < division_.ranks; ++r)
    rows.push_back(division_.first_row(r + 1) - division_.first_row(r));
  return gather(own, rows);
}

torch::Tensor RankSum::gather(const torch::Tensor& own, const std::vector<int64_t>& rows) const {
  if (division_.ranks == 1) return own;
  const auto most = *std::max_element(rows.begin(), rows.end());
  // As bytes, which every way between ranks takes; of one shape on all ranks.
  const auto bytes = own.contiguous().unsqueeze(-1).view(at::kByte).flatten(1);
  auto piece = torch::zeros({most, bytes.size(1)}, bytes.options());
  piece.narrow(0, 0, own.size(0)).copy_(bytes);
  auto pieces = world_->all_gather(piece);
  for (size_t r = 0; r < pieces.size(); ++r) pieces[r] = pieces[r].narrow(0, 0, rows[r]);
  auto shape = own.sizes().vec();
  shape[0] = -1;
  shape.push_back(static_cast<int64_t>(own.element_size()));
  return at::cat(pieces).view(shape).view(own.scalar_type()).squeeze(-1);
}

}  // namespace trm::train
