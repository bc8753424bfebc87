#pragma once

#include "core/config_read.h"
#include "experiment/experiment.h"
#include "tests/scratch_folder.h"
#include "tests/small_sudoku.h"

namespace trm::experiment {

// 4x4 Sudoku in a scratch folder and a model that trains on it in milliseconds a step.
struct SmallExperiment {
  ScratchFolder scratch;

  explicit SmallExperiment(int64_t train = 60, int64_t test = 20) {
    SmallSudoku{.train = train, .test = test, .givens = {5, 8}, .seed = 1}.write(scratch / "data");
    scratch.file("config.yaml", "data: {path: " + (scratch / "data").string() + R"(, validation: 12}
threads: 1
model:
  width: 16
  layers: [{mixer: token_mlp, repeat: 2}]
  input: {prefix: 2, positions: none}
  core: {H_cycles: 2, L_cycles: 2}
  halting: {max_steps: 3}
optim: {weights: {lr: 3e-3}, schedule: {warmup_steps: 5}, ema: 0.9}
train: {steps: 12, batch: 8, log_steps: 3, eval_steps: 6, save_steps: 4}
)");
  }

  fs::path config() const { return scratch / "config.yaml"; }
  Experiment load(std::vector<std::string> overrides = {}) const {
    return load_experiment(config(), overrides);
  }
};

}  // namespace trm::experiment
