#pragma once

#include <memory>
#include <vector>

#include "optim/flat_store.h"
#include "train/objective.h"
#include "train/tree_sum.h"

namespace trm::train {

// Where shard i of a batch begins; shards are equal, or differ by one row. Shard `shards` begins at
// the end.
inline int64_t first_row(int64_t batch_rows, int64_t shards, int64_t i) {
  return batch_rows * i / shards;
}

// The shards of a batch: each is computed whole by one worker, into gradients of its own, and these
// are added in the order of TreeSum. Who the workers are changes no bit. A worker is a thread with
// a model of its own, whose weights are those of the first in the same memory; on a GPU there is
// one.
class Shards {
 public:
  // An objective for each shard, which keeps the state of its rows. `store` has the parameters of
  // `model`.
  Shards(std::shared_ptr<model::Model> model, const optim::FlatStore& store,
         std::vector<std::shared_ptr<Objective>> objectives, int64_t batch_rows);

  struct Result {
    torch::Tensor gradients;               // flat; valid until the next call
    torch::Tensor sums;                    // loss/sums.h
    nn::PuzzleEmbedding::Touched touched;  // rows in the batch's order
  };
  // A step of every shard. `context` says which; the rows are filled in here.
  Result compute(const Batch& batch, const model::StepContext& context, StepTimes* times);

  // Objective's functions of these names, of all shards.
  void settle(const torch::Tensor& apply);
  torch::Tensor restart_rows(const torch::Tensor& all);
  void save(Archive& archive) const;
  void load(const Archive& archive);
  void watch(const Objective::Watcher& watcher);

  int64_t count() const { return static_cast<int64_t>(objectives_.size()); }
  const Objective& objective(int64_t shard) const {
    return *objectives_[static_cast<size_t>(shard)];
  }

 private:
  struct Worker {
    std::shared_ptr<model::Model> model;
    std::vector<torch::Tensor> parameters;  // in the order of the store
    StepTimes times;
  };
  torch::Tensor new_gradients();
  nn::PuzzleEmbedding::Touched compute_shard(Worker& worker, int64_t shard, const Batch& batch,
                                             model::StepContext context, bool timed, TreeSum& tree);

  const optim::FlatStore& store_;
  std::vector<std::shared_ptr<Objective>> objectives_;
  int64_t batch_rows_;
  bool watched_ = false;
  std::vector<Worker> workers_;
  std::vector<torch::Tensor> rows_;  // of each shard, on the device
  std::mutex mutex_;
  std::vector<torch::Tensor> free_;  // gradient buffers; at most about log2(shards) a worker
};

}  // namespace trm::train
