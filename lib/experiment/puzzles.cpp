#include "experiment/puzzles.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "data/canvas.h"
#include "eval/evaluator.h"

namespace trm::experiment {
namespace {

void hold_back(int64_t count, Puzzles& puzzles) {
  const auto& data = *puzzles.train;
  if (count >= data.groups()) {
    throw Error("data.validation: " + std::to_string(count) + " groups of " +
                std::to_string(data.groups()) + " leave nothing to train on; lower it");
  }
  std::vector<int64_t> groups(static_cast<size_t>(data.groups()));
  std::iota(groups.begin(), groups.end(), int64_t{0});
  if (count > 0) Stream(0, "validation").shuffle(std::span(groups));
  const auto split = groups.begin() + count;
  std::sort(groups.begin(), split);
  std::sort(split, groups.end());
  for (auto group = groups.begin(); group != split; ++group) {
    const auto first = static_cast<size_t>(data.group_begin()[static_cast<size_t>(*group)]);
    for (auto e = data.puzzle_begin()[first]; e < data.puzzle_begin()[first + 1]; ++e) {
      puzzles.validation_examples.push_back(e);
    }
  }
  puzzles.training_groups.assign(split, groups.end());
}

data::Splits open_splits(const DataConfig& config) {
  std::vector<fs::path> train = {config.path};
  train.insert(train.end(), config.more.begin(), config.more.end());
  auto splits = data::open_folders(train, {config.test.begin(), config.test.end()});
  if (!config.canvas) return splits;
  const auto task = config.task.create<data::Task>(splits.train->info());
  return data::crop_to_canvas(splits, *task, *config.canvas);
}

}  // namespace

std::optional<data::PuzzleNames> Puzzles::names() const {
  if (spec().puzzles == 1) return std::nullopt;
  return data::names_of(*train, *test);
}

Puzzles open_puzzles(const DataConfig& config) {
  const auto splits = open_splits(config);
  Puzzles puzzles;
  puzzles.train = splits.train;
  puzzles.test = splits.test;
  puzzles.task = config.task.create<data::Task>(puzzles.train->info());
  // Scorers read files of their own: what is wrong with them is found now, not after days.
  const auto tests = eval::first_examples(*puzzles.test, std::nullopt);
  puzzles.task->scorer({*puzzles.test, tests});
  hold_back(config.validation, puzzles);
  return puzzles;
}

double batches_of_epoch(const TrainConfig& config, const Puzzles& puzzles) {
  return static_cast<double>(puzzles.training_groups.size()) * puzzles.train->info().mean_examples /
         static_cast<double>(config.batch);
}

int64_t total_steps(const TrainConfig& config, const Puzzles& puzzles) {
  if (config.steps) return *config.steps;
  const auto steps = static_cast<int64_t>(*config.epochs * batches_of_epoch(config, puzzles));
  if (steps < 1) {
    throw Error("train.epochs: " + std::to_string(*config.epochs) +
                " epochs are less than one batch; raise train.epochs or lower train.batch");
  }
  return steps;
}

std::optional<int64_t> evaluation_interval(const TrainConfig& config, const Puzzles& puzzles) {
  if (!config.eval_epochs) return config.eval_steps;
  return std::max<int64_t>(1, std::llrint(*config.eval_epochs * batches_of_epoch(config, puzzles)));
}

Examples open_examples(const DataConfig& config, const std::string& split) {
  if (split == "validation") {
    auto puzzles = open_puzzles(config);
    if (puzzles.validation_examples.empty()) {
      throw Error("data.validation: 0, so that there is no validation set; use another split");
    }
    return {puzzles.train, std::move(puzzles.validation_examples)};
  }
  const bool alone = config.more.empty() && config.test.empty() && !config.canvas;
  auto data = alone              ? data::Dataset::open(config.path, split)
              : split == "train" ? open_splits(config).train
                                 : open_splits(config).test;
  auto numbers = eval::first_examples(*data, std::nullopt);
  return {std::move(data), std::move(numbers)};
}

std::unique_ptr<data::Loader> open_loader(const Experiment& experiment, const Puzzles& puzzles,
                                          int64_t first_step) {
  return open_loader(experiment, puzzles, first_step, {.batch_rows = experiment.train.batch});
}

std::unique_ptr<data::Loader> open_loader(const Experiment& experiment, const Puzzles& puzzles,
                                          int64_t first_step, const train::Division& division) {
  const auto seed = static_cast<uint64_t>(experiment.seed);
  const data::SamplerContext context{puzzles.train, puzzles.training_groups, experiment.train.batch,
                                     seed};
  return std::make_unique<data::Loader>(
      puzzles.train, puzzles.task, experiment.data.sampler.create<data::Sampler>(context), seed,
      first_step, data::Loader::Rows{division.first_row(), division.own_rows()});
}

}  // namespace trm::experiment
