#pragma once

#include <functional>
#include <memory>
#include <string>

#include "eval/search.h"
#include "eval/solver.h"
#include "loss/act_loss.h"
#include "model/model.h"

namespace trm::train {

// Seconds of the parts of a step, for trm-bench; measured only where asked, because on a GPU it
// means waiting.
struct StepTimes {
  double data = 0, forward = 0, backward = 0, optimizer = 0, total = 0;
};

// Turns a shard of a batch into gradients: what a step of training means. It keeps what lasts
// between the steps of its rows. The trainer owns the update.
class Objective {
 public:
  virtual ~Objective() = default;

  // Adds the gradient of the step's loss, divided by the rows of the whole batch, to the model's
  // gradients. Returns the sums (loss/sums.h), on the device. `batch` is on the device, the shard's
  // rows; `context` says who they are.
  virtual torch::Tensor accumulate(model::Model& model, const Batch& batch,
                                   const model::StepContext& context, StepTimes* times) = 0;

  // Ends the step: where apply [1] is 0 on the device, what lasts between steps stays as it was
  // before accumulate().
  virtual void settle(const torch::Tensor& apply) = 0;

  // To be called before a step of a shard of `rows` rows: those whose state is not finite are to
  // take new puzzles in it, and all rows where `all` [1] (bool, on the device) says so. Returns [2]
  // int64, on the device: how many puzzles under way that drops, and how many rows take a new
  // puzzle in the step.
  virtual torch::Tensor restart_rows(const torch::Tensor& all, int64_t rows) = 0;

  // Who is told of what accumulate() computes, in its order, to find where a bad value arose;
  // nobody in training.
  using Watcher = std::function<void(const std::string& what, const torch::Tensor& value)>;
  void watch(Watcher watcher) { watcher_ = std::move(watcher); }

  // What evaluates a model that is trained so, which outlives it; compatible: by the references'
  // rule where its scores have defects that ours have not.
  virtual std::shared_ptr<eval::Solver> solver(model::Model& model, const eval::Search& search,
                                               bool compatible) const = 0;
  // The names of that solver's scores (Solver::metrics).
  virtual std::vector<std::string> metrics() const = 0;

  // What lasts between steps. Every tensor that is saved has a row for each of the shard's.
  virtual const model::Carry& carry() const = 0;
  virtual void save(Archive& archive) const = 0;
  virtual void load(const model::Model& model, const Archive& archive) = 0;

 protected:
  Watcher watcher_;
};

}  // namespace trm::train
