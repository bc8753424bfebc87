#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "data/loader.h"
#include "data/puzzle_names.h"
#include "experiment/experiment.h"

namespace trm::experiment {

// A data folder as a run uses it: training groups less those held back for validation. Which are
// held back depends on the data alone, so that runs of all seeds are compared on the same ones.
struct Puzzles {
  std::shared_ptr<const data::Dataset> train, test;
  std::shared_ptr<const data::Task> task;
  std::vector<int64_t> training_groups;
  std::vector<int64_t> validation_examples;  // those of each held-back group's first puzzle

  GridSpec spec() const { return train->spec(); }
  // Of the puzzle ids of both splits; nothing where a folder has no identifiers.json, or where
  // puzzles have no ids of their own.
  std::optional<data::PuzzleNames> names() const;
};
Puzzles open_puzzles(const DataConfig& config);

// Optimizer steps of one pass over the training groups; a batch may be more than that.
double batches_of_epoch(const TrainConfig& config, const Puzzles& puzzles);

// Optimizer steps of the run (spec 6.1): train.steps, or epochs over the training groups.
int64_t total_steps(const TrainConfig& config, const Puzzles& puzzles);

// Steps from one evaluation to the next; nothing for one at the end alone.
std::optional<int64_t> evaluation_interval(const TrainConfig& config, const Puzzles& puzzles);

// Examples to evaluate, of the folders that a config names.
struct Examples {
  std::shared_ptr<const data::Dataset> data;
  std::vector<int64_t> numbers;
};
// All of the split "train" or "test", or those of training that are held back for validation. Of a
// single folder another split is not looked at.
Examples open_examples(const DataConfig& config, const std::string& split);

// Training batches from a step on, steps counting from 1: all of them, or a rank's
// rows.
std::unique_ptr<data::Loader> open_loader(const Experiment& experiment, const Puzzles& puzzles,
                                          int64_t first_step);
std::unique_ptr<data::Loader> open_loader(const Experiment& experiment, const Puzzles& puzzles,
                                          int64_t first_step, const train::Division& division);

}  // namespace trm::experiment
