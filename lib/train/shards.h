#pragma once

#include <memory>
#include <vector>

#include "optim/flat_store.h"
#include "train/objective.h"
#include "train/rank_sum.h"

namespace trm::train {

// What is trained of a model by the optimizer, by name: the same order for every replica.
std::vector<NamedTensor> trained_weights(const model::Model& model);

// This rank's shards of a batch: each is computed whole by one worker, into gradients of its own,
// and these are added in the order of TreeSum, with those of other ranks by RankSum. Who the
// workers are changes no bit. A worker is a thread with a model of its own, whose weights are those
// of the first in the same memory; on a GPU there is one.
class Shards {
 public:
  // An objective for each of this rank's shards, which keeps the state of its rows. `store` has the
  // parameters of `model`.
  Shards(std::shared_ptr<model::Model> model, const optim::FlatStore& store,
         std::vector<std::shared_ptr<Objective>> objectives, const Division& division,
         std::shared_ptr<dist::World> world);

  struct Result {
    torch::Tensor gradients;               // flat; valid until the next call
    torch::Tensor sums;                    // loss/sums.h
    nn::PuzzleEmbedding::Touched touched;  // rows in the batch's order
  };
  // A step of every shard; `batch` has this rank's rows. `context` says which; the rows are filled
  // in here. With several ranks this, restart_rows(), save() and latent_length() are calls of all.
  Result compute(const Batch& batch, const model::StepContext& context, StepTimes* times);

  // Objective's functions of these names, of all shards.
  void settle(const torch::Tensor& apply);
  torch::Tensor restart_rows(const torch::Tensor& all);
  void save(Archive& archive) const;
  void load(const Archive& archive);
  void watch(const Objective::Watcher& watcher);

  // From now on the weights stand still: no gradient of theirs is computed, it is zero.
  void freeze();

  // Of the first latent of all rows.
  double latent_length() const;

  int64_t count() const { return static_cast<int64_t>(objectives_.size()); }

 private:
  struct Worker {
    std::shared_ptr<model::Model> model;
    std::vector<NamedTensor> parameters;  // in the order of the store
    StepTimes times;
  };
  torch::Tensor new_gradients();
  static void check_in_place(const Worker& worker, const std::vector<NamedTensor>& views);
  nn::PuzzleEmbedding::Touched compute_shard(Worker& worker, int64_t shard, const Batch& batch,
                                             model::StepContext context, bool timed, TreeSum& tree);

  const optim::FlatStore& store_;
  std::vector<std::shared_ptr<Objective>> objectives_;
  Division division_;
  RankSum ranks_;
  bool watched_ = false;
  std::vector<Worker> workers_;
  std::vector<torch::Tensor> rows_;  // of each shard, on the device
  std::mutex mutex_;
  std::vector<torch::Tensor> free_;  // gradient buffers; at most about log2(shards) a worker
};

}  // namespace trm::train
