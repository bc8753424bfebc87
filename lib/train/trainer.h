#pragma once

#include <memory>
#include <optional>

#include "core/schedule.h"
#include "optim/optimizers.h"
#include "tensor/work_graph.h"
#include "train/objectives.h"
#include "train/shards.h"

namespace trm::train {

struct OptimConfig {
  optim::AnyOptimizer weights;
  double puzzle_lr = 1e-2;
  double puzzle_weight_decay = 0.1;
  ScheduleConfig schedule;
  std::optional<double> clip;
  std::optional<double> ema = 0.999;
  bool freeze_weights = false;

  template <class V>
  void fields(V& v) {
    v("weights", weights, "the optimizer of all weights but the puzzle embedding");
    v("puzzle_lr", puzzle_lr, "learning rate of the puzzle embedding's sign-SGD", {.min = 0});
    v("puzzle_weight_decay", puzzle_weight_decay, "its decay, times the rate", {.min = 0});
    v("schedule", schedule, "the learning rates over the run");
    v("clip", clip, "largest gradient norm; null for no clipping", {.min = 0, .above_min = true});
    v("ema", ema, "memory of the averaged weights that evaluation uses; null for none",
      {.min = 0, .max = 0.9999999});
    v("freeze_weights", freeze_weights,
      "train the puzzle embedding alone, to fit a trained model to puzzles of other ids");
  }
};

// Norms seen at a step; computed only where asked.
struct StepStats {
  double gradient_norm = 0, update_norm = 0, latent_norm = 0;
};

// Sums since they were last taken.
struct TrainSums {
  loss::Sums sums;
  int64_t steps = 0;
  int64_t skipped = 0;    // steps whose gradient was not finite: they changed nothing, these sums
                          // neither
  int64_t restarted = 0;  // puzzles under way that were dropped for a state that is not finite
};

// Owns the update: gradients in, weights, moments and averages out. A step whose gradient is not
// finite changes none of them, nor the carry; the device decides that, and the host is not asked.
// From the second of such steps in a row on, all rows take new puzzles, since the same rows would
// give the same gradient again.
class Trainer {
 public:
  // An objective for each of this rank's shards of a batch. With several ranks advance(), save()
  // and explain_skip() are calls of all, and their results the same on all.
  // replays: on a GPU, steps after the first are recorded once and launched as one (WorkGraph).
  Trainer(const OptimConfig& config, std::shared_ptr<model::Model> model,
          std::vector<std::shared_ptr<Objective>> objectives, const Division& division,
          int64_t total_steps, std::shared_ptr<dist::World> world = dist::one_process(),
          bool replays = false);

  // One step on this rank's rows of a batch, on the model's device. `times` has its parts waited
  // for: std::logic_error where steps are replayed.
  void advance(const Batch& batch, StepStats* stats = nullptr, StepTimes* times = nullptr);

  int64_t step() const { return step_; }  // steps done
  bool replays() const { return graph_.has_value(); }
  double learning_rate() const;  // of the last step
  model::Model& model() { return *model_; }
  const model::Model& model() const { return *model_; }
  const Shards& shards() const { return *shards_; }
  // Of the last step, clipped, by the weights' names; valid until the next one.
  std::vector<NamedTensor> gradients() const { return store_.views(store_.gradients()); }
  TrainSums take_sums();
  // New puzzles that rows have taken since step 0, in steps that were not skipped; nothing where
  // the run was continued from a checkpoint that did not count them. Waits for the device.
  std::optional<int64_t> examples() const;
  // How many steps in a row up to the last one were skipped. Waits for the device.
  int64_t skipped_in_a_row() const;
  // Where the first value that is not finite is, or arose in the last step, which was skipped, on
  // this batch: "the averages: lm_head.weight", "the gradient of ...". Changes nothing.
  std::string explain_skip(const Batch& batch);

  // While this lives, the model has its averaged weights (spec 5.5), if the run keeps any.
  class Averaged {
   public:
    explicit Averaged(Trainer& trainer);
    ~Averaged();
    Averaged(const Averaged&) = delete;
    Averaged& operator=(const Averaged&) = delete;

   private:
    Trainer& trainer_;
    torch::Tensor raw_;
  };

  // Everything that the next step depends on.
  struct Saved {
    Archive weights, ema, optimizer, carry, sums;
  };
  Saved save() const;
  void load(int64_t step, const Saved& saved);

 private:
  void set_inputs(const Batch& batch);
  void compute_step(StepTimes* times);
  model::StepContext context() const;  // of the step under way
  void measure(const torch::Tensor& before, StepStats& stats) const;
  void update(const nn::PuzzleEmbedding::Touched& touched, const torch::Tensor& apply);
  void update_puzzle_embedding(const nn::PuzzleEmbedding::Touched& touched,
                               const torch::Tensor& apply);
  // `rows` [2]: dropped, taken (Objective::restart_rows).
  void count(const torch::Tensor& sums, const torch::Tensor& rows, const torch::Tensor& apply);

  OptimConfig config_;
  std::shared_ptr<model::Model> model_;
  int64_t total_steps_, batch_rows_;
  optim::FlatStore store_;
  std::unique_ptr<Shards> shards_;
  std::shared_ptr<optim::Optimizer> optimizer_;
  torch::Tensor ema_;       // flat; undefined without averaging
  torch::Tensor sums_;      // [kSums + 2]: the sums, steps, skipped
  torch::Tensor bad_;       // [2] int64: skipped in a row, puzzles dropped
  torch::Tensor examples_;  // [1] int64; far below 0 where they are not known
  int64_t step_ = 0;

  // What a step reads besides what lasts, on the device, where it stays for a step that is
  // replayed.
  Batch batch_;
  torch::Tensor step_number_;  // [1] int64
  torch::Tensor numbers_;      // float: the optimizer's; the puzzle embedding's rate and decay
  torch::Tensor gradient_norm_;
  std::optional<WorkGraph> graph_;
};

}  // namespace trm::train
