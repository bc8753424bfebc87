#pragma once

#include <memory>
#include <optional>

#include "core/config.h"
#include "loss/losses.h"
#include "train/objective.h"

namespace trm::train {

// What an objective is built with.
struct ObjectiveContext {
  std::shared_ptr<loss::TokenLoss> token_loss;
  int64_t batch_rows;  // of the whole batch, by which the loss is divided
  uint64_t seed;
};

// Deep supervision with adaptive halting (spec 3, 4): one optimizer step is one supervision step of
// every row (spec 6.1); rows that halted take the next puzzles, the others go on.
class ActSupervision : public Objective {
 public:
  struct Config {
    static constexpr std::string_view kind = "act_supervision";
    template <class V>
    void fields(V& /*v*/) {}
  };

  ActSupervision(const Config& config, const ObjectiveContext& context);

  torch::Tensor accumulate(model::Model& model, const Batch& batch,
                           const model::StepContext& context, StepTimes* times) override;
  void settle(const torch::Tensor& apply) override;
  torch::Tensor restart_rows(const torch::Tensor& all, int64_t rows) override;
  std::shared_ptr<eval::Solver> solver(model::Model& model, const eval::Search& search,
                                       bool compatible) const override;
  std::vector<std::string> metrics() const override;
  const model::Carry& carry() const override { return *carry_; }
  void save(Archive& archive) const override;
  void load(const model::Model& model, const Archive& archive) override;

 private:
  static torch::Tensor continue_target(model::Model& model, const model::Carry& carry,
                                       const model::StepContext& context);
  void show(const model::Carry& carry, const model::Output& output,
            const torch::Tensor& loss) const;

  ObjectiveContext context_;
  uint64_t exploration_key_;
  std::optional<model::Carry> carry_;  // none before the first batch
  std::optional<model::Carry> next_;   // what the step makes of it, until settle()
};

}  // namespace trm::train
