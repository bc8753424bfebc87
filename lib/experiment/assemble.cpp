#include "experiment/assemble.h"

#include "core/config_dump.h"
#include "core/hash.h"
#include "experiment/known_puzzles.h"
#include "experiment/weights_file.h"
#include "run/run_folder.h"
#include "train/finite.h"

namespace trm::experiment {
namespace {

GridSpec spec_of(const run::Manifest& manifest) {
  return {manifest.spec.at("cells"), manifest.spec.at("vocabulary"), manifest.spec.at("puzzles")};
}

// What a path names: a file of weights, or a checkpoint of ours.
struct Stored {
  std::optional<WeightsFile> file;
  std::optional<run::Checkpoint> checkpoint;  // the other of the two
  std::string which;
  Archive weights;
  std::optional<data::PuzzleNames> names;

  Stored(const fs::path& path, const std::string& wanted) : which(wanted) {
    if (const auto found = weights_file_at(path)) {
      file = open_weights_file(*found, wanted);
      which = file->which;
      weights = file->weights();
      names = file->puzzle_names();
    } else {
      checkpoint = run::find_checkpoint(path);
      weights = checkpoint_weights(*checkpoint, wanted);
      names = puzzle_names(*checkpoint);
    }
    check_finite(weights);
  }
  fs::path path() const { return file ? file->path : checkpoint->folder(); }
  int64_t step() const { return file ? file->step() : checkpoint->manifest().step; }
};

// The weights of init.from, with a puzzle table for the run's own puzzles.
Archive initial_weights(const InitConfig& init, const Puzzles& puzzles, const model::Model& model) {
  Stored stored(init.from, init.weights);
  fit_puzzle_table(stored.weights, stored.names, model, puzzles.names(), init.unknown);
  return std::move(stored.weights);
}

}  // namespace

std::shared_ptr<model::Model> build_model(const Experiment& experiment, const GridSpec& spec,
                                          const Compute& compute) {
  return std::make_shared<model::Model>(experiment.model, spec, compute,
                                        static_cast<uint64_t>(experiment.seed));
}

train::Division division_of(const TrainConfig& config, const dist::World& world) {
  const train::Division division{.batch_rows = config.batch,
                                 .shards = shards_of(config),
                                 .rank = world.rank(),
                                 .ranks = world.ranks()};
  if (division.ranks > division.shards) {
    throw Error("train.shards: " + std::to_string(division.shards) + " are too few for " +
                std::to_string(division.ranks) + " ranks; raise it, or start fewer");
  }
  return division;
}

std::shared_ptr<eval::Solver> make_solver(const Experiment& experiment, model::Model& model) {
  const train::ObjectiveContext context{experiment.loss.create<loss::TokenLoss>(),
                                        experiment.train.batch,
                                        static_cast<uint64_t>(experiment.seed)};
  const auto objective = experiment.train.objective.create<train::Objective>(context);
  return objective->solver(model, search_of(experiment, model.motion()),
                           experiment.evaluate.compatible);
}

bool replays_steps(const TrainConfig& config, const Compute& compute, int64_t ranks) {
  return config.graph == "auto" && compute.device.is_cuda() && ranks == 1;
}

std::unique_ptr<train::Trainer> build_trainer(const Experiment& experiment, const Puzzles& puzzles,
                                              const Compute& compute,
                                              std::shared_ptr<dist::World> world) {
  auto model = build_model(experiment, puzzles.spec(), compute);
  if (!experiment.init.from.empty()) {
    model::load_weights(*model, initial_weights(experiment.init, puzzles, *model));
  }
  const auto division = division_of(experiment.train, *world);
  const train::ObjectiveContext context{experiment.loss.create<loss::TokenLoss>(),
                                        division.batch_rows,
                                        static_cast<uint64_t>(experiment.seed)};
  std::vector<std::shared_ptr<train::Objective>> objectives;
  for (int64_t i = 0; i < division.own_shards(); ++i)
    objectives.push_back(experiment.train.objective.create<train::Objective>(context));
  return std::make_unique<train::Trainer>(experiment.optim, std::move(model), std::move(objectives),
                                          division, total_steps(experiment.train, puzzles),
                                          std::move(world),
                                          replays_steps(experiment.train, compute, division.ranks));
}

void save_state(const train::Trainer::Saved& state, const std::filesystem::path& folder,
                const run::Manifest& manifest, const std::string& config_yaml,
                const std::optional<data::PuzzleNames>& names, const Archive& batch) {
  run::save_checkpoint(folder, manifest, config_yaml,
                       {{"weights", state.weights},
                        {"ema", state.ema},
                        {"optimizer", state.optimizer},
                        {"carry", state.carry},
                        {"sums", state.sums},
                        {"batch", batch},
                        {kPuzzlesPart, names ? names->archive() : Archive()}});
}

void load_trainer(train::Trainer& trainer, const run::Checkpoint& checkpoint) {
  const train::Trainer::Saved saved{checkpoint.load("weights"), checkpoint.load("ema"),
                                    checkpoint.load("optimizer"), checkpoint.load("carry"),
                                    checkpoint.load("sums")};
  if (const auto bad = train::first_not_finite(saved)) {
    throw Error(checkpoint.folder().string() + ": numbers that are not finite in " + *bad +
                "; move this folder away to go on from the checkpoint before it");
  }
  trainer.load(checkpoint.manifest().step, saved);
}

std::optional<data::PuzzleNames> puzzle_names(const run::Checkpoint& checkpoint) {
  if (!checkpoint.has(kPuzzlesPart)) return std::nullopt;
  return data::PuzzleNames::from(checkpoint.load(kPuzzlesPart),
                                 checkpoint.manifest().spec.at("puzzles"));
}

Archive checkpoint_weights(const run::Checkpoint& checkpoint, const std::string& which) {
  auto weights = checkpoint.load("weights");
  if (which == "raw" || !checkpoint.has("ema")) return weights;
  const auto averages = checkpoint.load("ema");
  for (auto& tensor : weights.tensors) {
    if (const auto* average = averages.find(tensor.name)) tensor.value = *average;
  }
  return weights;
}

TrainedModel load_model(const fs::path& source, const std::string& which,
                        std::span<const std::string> overrides) {
  const Stored stored(source, which);
  TrainedModel trained;
  trained.source = stored.path();
  trained.step = stored.step();
  trained.weights = stored.which;
  trained.names = stored.names;
  auto& experiment = trained.experiment;
  GridSpec spec;
  if (stored.file) {
    experiment = stored.file->experiment(overrides);
    trained.config_hash = sha256_hex(dump_config(experiment));
    spec = grid_of(stored.weights, experiment);
  } else {
    const auto config = stored.checkpoint->config();
    experiment = load_experiment(config, overrides);
    trained.config_hash = sha256_file(config);
    spec = spec_of(stored.checkpoint->manifest());
  }
  trained.compute = resolve_compute(experiment);
  trained.model = build_model(experiment, spec, trained.compute);
  trained.token_loss = experiment.loss.create<loss::TokenLoss>();
  model::load_weights(*trained.model, stored.weights);
  return trained;
}

}  // namespace trm::experiment
