#pragma once

#include <string>

#include "core/config.h"
#include "model/head.h"
#include "model/state.h"

namespace trm::model {

// What lasts from one supervision step to the next: the batch's unfinished trajectories.
struct Carry {
  LatentState state;
  torch::Tensor steps;   // [B] int32, supervision steps done
  torch::Tensor halted;  // [B] bool; a halted row takes a new puzzle at the next step
  Batch data;            // the puzzles under way

  // By the names that checkpoints have.
  template <class Self, class F>
  static void each(Self& self, const F& f) {
    LatentState::each(self.state, f);
    f("steps", self.steps);
    f("halted", self.halted);
    Batch::each(self.data, [&](const std::string& name, auto& x) { f("current_data." + name, x); });
  }

  int64_t rows() const { return halted.size(0); }
};

// Adaptive computation time (spec 3): when a trajectory stops.
struct HaltingConfig {
  int64_t max_steps = 16;
  double exploration = 0.1;
  std::string continue_head = "none";

  template <class V>
  void fields(V& v) {
    v("max_steps", max_steps, "supervision steps a puzzle at most; evaluation runs exactly these",
      {.min = 1});
    v("exploration", exploration, "share of rows that must go on for a random number of steps",
      {.min = 0, .max = 1});
    v("continue_head", continue_head,
      "none: a row halts when q_halt > 0 (TRM); trained: when q_halt > q_continue, which learns "
      "what one "
      "more supervision step would say, at the price of that step (HRM); untrained: the same rule, "
      "and "
      "nothing trains q_continue",
      {.choices = {"none", "trained", "untrained"}});
  }
};

class Halting {
 public:
  explicit Halting(const HaltingConfig& config) : config_(config) {}

  // A carry whose rows have all halted, so that the first step takes every row of its batch.
  static Carry fresh(const LatentState& initial, const Batch& like);

  // Halted rows start over: initial state, no steps, the batch's puzzle. The others keep their
  // puzzle, and the batch's rows in their places are dropped.
  static void begin(Carry& carry, const Batch& batch, const LatentState& initial);

  // After a supervision step: counts it and decides who halts. explore [B, 2] uniform numbers:
  // the first chooses the rows that explore, the second their least number of steps. Undefined in
  // evaluation, where only the last step halts.
  void finish(Carry& carry, const Output& output, const torch::Tensor& explore) const;

  // Whether q_continue is trained, by continue_target().
  bool trains_continue() const {
    return config_.continue_head == "trained" && config_.max_steps > 1;
  }
  // What q_continue should say [B], a probability: that of the better choice after one more
  // supervision step, whose output is `next`; of halting where that step is the last that `carry`,
  // after finish(), has done.
  torch::Tensor continue_target(const Carry& carry, const Output& next) const;

  const HaltingConfig& config() const { return config_; }

 private:
  HaltingConfig config_;
};

}  // namespace trm::model
