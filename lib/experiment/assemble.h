#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "experiment/puzzles.h"
#include "run/checkpoint.h"

namespace trm::experiment {

std::shared_ptr<model::Model> build_model(const Experiment& experiment, const GridSpec& spec,
                                          const Compute& compute);

// The part of a batch that is a rank's. Error where there are more ranks than shards.
train::Division division_of(const TrainConfig& config, const dist::World& world);

// Whether the steps of a run of so many ranks are recorded and replayed (train.graph).
bool replays_steps(const TrainConfig& config, const Compute& compute, int64_t ranks);

// A trainer at step 0, with the weights of init.from where that is named.
std::unique_ptr<train::Trainer> build_trainer(
    const Experiment& experiment, const Puzzles& puzzles, const Compute& compute,
    std::shared_ptr<dist::World> world = dist::one_process());

// Everything the next step depends on, to disk and back, with the names of the puzzle table's rows,
// where there are any. `batch`: one more file, for a state that is saved to be looked at. Error on
// loading weights, averages or moments that are not finite.
void save_state(const train::Trainer::Saved& state, const std::filesystem::path& folder,
                const run::Manifest& manifest, const std::string& config_yaml,
                const std::optional<data::PuzzleNames>& names, const Archive& batch = {});
void load_trainer(train::Trainer& trainer, const run::Checkpoint& checkpoint);

// Weights of a checkpoint by the reference's names: with averages ("ema") in the place of those
// parameters that have one, or as trained ("raw").
Archive checkpoint_weights(const run::Checkpoint& checkpoint, const std::string& which);

// The names of a checkpoint's puzzle table's rows; nothing of one that has none.
std::optional<data::PuzzleNames> puzzle_names(const run::Checkpoint& checkpoint);
inline constexpr const char* kPuzzlesPart = "puzzles";  // of a checkpoint, that has them

// What evaluates a model of the experiment's objective, as its section `evaluate` says; `model`
// outlives it.
std::shared_ptr<eval::Solver> make_solver(const Experiment& experiment, model::Model& model);

// A trained model for evaluation.
struct TrainedModel {
  Experiment experiment;
  Compute compute;
  std::filesystem::path source;  // the checkpoint or the file
  int64_t step = 0;
  std::string weights;  // ema or raw; "stored" of a file without averages
  std::string config_hash;
  std::optional<data::PuzzleNames> names;  // of the puzzle table's rows, where they are known
  std::shared_ptr<model::Model> model;
  std::shared_ptr<loss::TokenLoss> token_loss;
};
// From a run, a checkpoint, a file of weights or a reference's run folder. `overrides` edit the
// config that it was trained with (device, threads, precision, data.path...). A file says nothing
// of the grid's size, which is then that of data.path. Error on weights that are not finite.
TrainedModel load_model(const std::filesystem::path& source, const std::string& which,
                        std::span<const std::string> overrides = {});

}  // namespace trm::experiment
