#pragma once

#include <memory>
#include <string>
#include <vector>

#include "eval/search.h"
#include "eval/solver.h"
#include "loss/loss.h"
#include "model/model.h"

namespace trm::eval {

// The solver of models that are trained by supervision steps with halting (spec 3, 4): one forward
// pass a step; q_halt_accuracy, lm_loss, q_halt_loss.
class ActSolver : public Solver {
 public:
  static inline const std::vector<std::string> kMetrics = {"q_halt_accuracy", "lm_loss",
                                                           "q_halt_loss"};

  // `model` outlives it. compatible: rows without labels count in q_halt_loss as right ones, as the
  // references have it.
  ActSolver(model::Model& model, std::shared_ptr<loss::TokenLoss> token_loss, const Search& search,
            bool compatible);

  const GridSpec& spec() const override { return model_.spec(); }
  const Compute& compute() const override { return model_.compute(); }
  std::vector<std::string> metrics() const override { return kMetrics; }
  void start(Trajectories& rows) override;
  Reading advance(Trajectories& rows, int64_t step) override;
  double operations() const override;
  std::shared_ptr<Solver> replica() const override;

 private:
  model::StepContext context(const Trajectories& rows, int64_t step) const;
  torch::Tensor metrics_of(const Trajectories& rows, const Reading& reading) const;

  std::shared_ptr<model::Model> own_;  // of a replica
  model::Model& model_;
  std::shared_ptr<loss::TokenLoss> token_loss_;
  Search search_;
  bool compatible_;
};

}  // namespace trm::eval
