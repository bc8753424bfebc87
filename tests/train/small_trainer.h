#pragma once

#include "tests/small_model.h"
#include "train/trainer.h"

namespace trm::train {

// A model that trains in milliseconds a step, of two kinds of layers unless told, and batches for
// it.
inline constexpr GridSpec kSpec{.cells = 9, .vocabulary = 7, .puzzles = 3};
inline constexpr int64_t kRows = 6, kTotalSteps = 50;

inline std::shared_ptr<model::Model> small_model(const Compute& compute,
                                                 model::ModelConfig config = small_model_config()) {
  config.halting.max_steps = 4;
  config.halting.exploration = 0.5;
  auto model = std::make_shared<model::Model>(config, kSpec, compute, 5);
  // Halting values that differ from row to row and most of which say halt, so that exploration
  // decides who goes on.
  torch::NoGradGuard no_grad;
  for (auto& [name, value] : model->named_weights()) {
    if (name == "q_head.weight") value.copy_(nn::Initializer(8).truncated_normal({2, 32}, 0.5));
    if (name == "q_head.bias") value.fill_(2);
  }
  return model;
}
inline std::shared_ptr<model::Model> small_model(int64_t threads = 1) {
  return small_model(Compute{.threads = threads});
}

inline OptimConfig fast() {
  OptimConfig config;
  config.weights = optim::AdamAtan2::Config{.lr = 1e-3, .weight_decay = 1};
  config.schedule = {.warmup_steps = 0, .min_ratio = 0.1};
  return config;
}

inline std::vector<std::shared_ptr<Objective>> supervision(
    int64_t shards, const AnyObjective& objective = {}, const loss::AnyTokenLoss& token_loss = {}) {
  std::vector<std::shared_ptr<Objective>> objectives;
  for (int64_t i = 0; i < shards; ++i) {
    objectives.push_back(objective.create<Objective>(
        ObjectiveContext{token_loss.create<loss::TokenLoss>(), kRows, 3}));
  }
  return objectives;
}

inline Trainer trainer_on(const Compute& compute, const OptimConfig& config, int64_t shards = 1,
                          bool replays = false,
                          const model::ModelConfig& model = small_model_config()) {
  return {config,
          small_model(compute, model),
          supervision(shards),
          {.batch_rows = kRows, .shards = shards},
          kTotalSteps,
          dist::one_process(),
          replays};
}
inline Trainer trainer_with(const OptimConfig& config, int64_t shards = 1, int64_t threads = 1) {
  return trainer_on(Compute{.threads = threads}, config, shards);
}

inline Batch batch_of(int64_t step) {
  const auto cells = torch::arange(kRows * kSpec.cells, at::kInt).view({kRows, kSpec.cells});
  return {cells.add(step).remainder(kSpec.vocabulary), cells.mul(3).add(step).remainder(5),
          torch::arange(kRows, at::kInt).add(step).remainder(kSpec.puzzles), kRows};
}

inline Archive copy_of(const Archive& archive) {
  Archive copy;
  for (const auto& [name, value] : archive.tensors) copy.add(name, value.clone());
  return copy;
}
inline Archive weights_of(const Trainer& trainer) { return copy_of(trainer.save().weights); }

}  // namespace trm::train
