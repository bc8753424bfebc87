#include "train/shards.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>

#include <cmath>
#include <stdexcept>

#include "core/error.h"
#include "kernels/length.h"
#include "tensor/workers.h"

namespace trm::train {

std::vector<NamedTensor> trained_weights(const model::Model& model) {
  std::vector<NamedTensor> trained;
  for (const auto& weight : model.named_weights()) {
    if (weight.value.requires_grad()) trained.push_back(weight);
  }
  return trained;
}

Shards::Shards(std::shared_ptr<model::Model> model, const optim::FlatStore& store,
               std::vector<std::shared_ptr<Objective>> objectives, const Division& division,
               std::shared_ptr<dist::World> world)
    : store_(store),
      objectives_(std::move(objectives)),
      division_(division),
      ranks_(std::move(world), division, store.values().numel()) {
  const auto& compute = model->compute();
  // The store's own buffer is the first of those that are free.
  if (store.gradients().numel() == ranks_.padded()) free_.push_back(store.gradients());
  workers_.push_back({model, trained_weights(*model), {}});
  for (int64_t w = 1; w < workers_for(compute, count()); ++w) {
    auto replica = model->replica();
    auto parameters = trained_weights(*replica);
    workers_.push_back({std::move(replica), std::move(parameters), {}});
  }
  for (int64_t i = 0; i < count(); ++i) {
    const auto shard = division.first_shard() + i;
    rows_.push_back(
        torch::arange(division.row(shard), division.row(shard + 1), at::kLong).to(compute.device));
  }
}

torch::Tensor Shards::new_gradients() {
  torch::Tensor buffer;
  {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return torch::zeros({ranks_.padded()}, store_.values().options());
    buffer = std::move(free_.back());
    free_.pop_back();
  }
  return buffer.zero_();
}

// Products add a weight's gradient where it is expected; one that was put elsewhere, as zero_grad()
// has it, would be lost without a word.
void Shards::check_in_place(const Worker& worker, const std::vector<NamedTensor>& views) {
  for (size_t i = 0; i < views.size(); ++i) {
    if (!worker.parameters[i].value.grad().is_same(views[i].value)) {
      throw std::logic_error("the gradient of " + views[i].name +
                             " was replaced; an objective adds to what the weights have");
    }
  }
}

nn::PuzzleEmbedding::Touched Shards::compute_shard(Worker& worker, int64_t shard,
                                                   const Batch& batch, model::StepContext context,
                                                   bool timed, TreeSum& tree) {
  const auto gradients = new_gradients();
  const auto views = store_.views(gradients);
  for (size_t i = 0; i < views.size(); ++i)
    worker.parameters[i].value.mutable_grad() = views[i].value;
  const auto i = static_cast<size_t>(shard);
  context.rows = rows_[i];
  const auto begin = division_.row(division_.first_shard() + shard) - division_.first_row();
  const auto sums =
      objectives_[i]->accumulate(*worker.model, batch.slice(begin, begin + rows_[i].size(0)),
                                 context, timed ? &worker.times : nullptr);
  check_in_place(worker, views);
  auto* puzzles = worker.model->puzzle_embedding();
  auto touched = puzzles ? puzzles->take_touched() : nn::PuzzleEmbedding::Touched{};
  for (auto& freed : tree.add({0, division_.first_shard() + shard}, {gradients, sums})) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(freed.gradients));
  }
  return touched;
}

Shards::Result Shards::compute(const Batch& batch, const model::StepContext& context,
                               StepTimes* times) {
  for (auto& worker : workers_) worker.times = {};
  TreeSum tree(division_.shards);
  std::vector<nn::PuzzleEmbedding::Touched> touched(objectives_.size());
  auto compute = workers_.front().model->compute();
  if (watched_) compute.threads = 1;  // who watches is told of the shards in their order
  for_each_item(compute, count(), [&](int64_t worker, int64_t shard) {
    touched[static_cast<size_t>(shard)] = compute_shard(
        workers_[static_cast<size_t>(worker)], shard, batch, context, times != nullptr, tree);
  });
  auto nodes = tree.take();
  std::vector<torch::Tensor> own;  // are free again after this step
  for (const auto& [node, sum] : nodes) own.push_back(sum.gradients);
  const auto sum = ranks_.add(std::move(nodes));
  Result result{sum.gradients.narrow(0, 0, store_.values().numel()), sum.sums, {}};
  std::vector<torch::Tensor> ids, gradients;
  for (const auto& part : touched) {
    if (!part.ids.defined()) continue;
    ids.push_back(part.ids);
    gradients.push_back(part.gradients);
  }
  if (!ids.empty())
    result.touched = {ranks_.gather_rows(at::cat(ids)), ranks_.gather_rows(at::cat(gradients))};
  {
    const std::lock_guard lock(mutex_);
    free_.insert(free_.end(), own.begin(), own.end());
  }
  if (!times) return result;
  for (const auto& worker : workers_) {
    const auto share = 1 / static_cast<double>(workers_.size());
    times->forward += share * worker.times.forward;
    times->backward += share * worker.times.backward;
  }
  return result;
}

void Shards::settle(const torch::Tensor& apply) {
  for (const auto& objective : objectives_) objective->settle(apply);
}

torch::Tensor Shards::restart_rows(const torch::Tensor& all) {
  torch::Tensor counts;
  for (size_t i = 0; i < objectives_.size(); ++i) {
    const auto part = objectives_[i]->restart_rows(all, rows_[i].size(0));
    counts = counts.defined() ? counts + part : part;
  }
  if (division_.ranks == 1) return counts;
  return at::stack(ranks_.world().all_gather(counts)).sum(0);
}

double Shards::latent_length() const {
  const auto own = torch::zeros({count()}, at::kDouble);
  for (int64_t i = 0; i < count(); ++i) {
    const auto& latent = objectives_[static_cast<size_t>(i)]->carry().state[0];
    own[i] = kernels::squared_length(latent).cpu();
  }
  std::vector<int64_t> shards;
  for (int64_t r = 0; r < division_.ranks; ++r)
    shards.push_back(division_.first_shard(r + 1) - division_.first_shard(r));
  const auto all = ranks_.gather(own, shards);
  double squares = 0;  // in the shards' order
  for (int64_t i = 0; i < all.size(0); ++i) squares += all[i].item<double>();
  return std::sqrt(squares);
}

// A checkpoint does not know of shards or ranks: the rows of all of them, one after another.
void Shards::save(Archive& archive) const {
  std::vector<Archive> parts(objectives_.size());
  for (size_t i = 0; i < parts.size(); ++i) objectives_[i]->save(parts[i]);
  for (size_t t = 0; t < parts.front().tensors.size(); ++t) {
    std::vector<torch::Tensor> rows;
    for (const auto& part : parts) rows.push_back(part.tensors[t].value);
    const auto own = rows.size() == 1 ? rows.front() : at::cat(rows);
    archive.add(parts.front().tensors[t].name, ranks_.gather_rows(own));
  }
}

void Shards::load(const Archive& archive) {
  for (int64_t i = 0; i < count(); ++i) {
    Archive part;
    part.where = archive.where;
    for (const auto& [name, value] : archive.tensors) {
      if (value.dim() == 0 || value.size(0) != division_.batch_rows) {
        throw Error(archive.where +
                    ": the carry is of another batch; use the config and the data "
                    "that it was made with");
      }
      const auto shard = division_.first_shard() + i;
      part.add(name, value.slice(0, division_.row(shard), division_.row(shard + 1)));
    }
    objectives_[static_cast<size_t>(i)]->load(*workers_.front().model, part);
  }
}

void Shards::freeze() {
  for (const auto& worker : workers_) {
    for (const auto& [name, value] : worker.parameters) value.set_requires_grad(false);
  }
}

void Shards::watch(const Objective::Watcher& watcher) {
  watched_ = static_cast<bool>(watcher);
  for (const auto& objective : objectives_) objective->watch(watcher);
}

}  // namespace trm::train
