#include "experiment/weights_file.h"

#include <nlohmann/json.hpp>
#include <numeric>

#include "core/config_dump.h"
#include "eval/evaluator.h"
#include "experiment/assemble.h"
#include "experiment/convert.h"
#include "experiment/session.h"
#include "format/json.h"
#include "tests/catch.h"
#include "tests/experiment/small_experiment.h"
#include "tests/golden_folder.h"

namespace trm::experiment {
namespace {

fs::path reference_run() { return golden_folder() / "reference_run"; }

std::vector<std::string> reference_data() {
  return {"data.path=" + (reference_run() / "data").string()};
}

// What a file without a config needs to be told.
std::vector<std::string> told() {
  return {"model.core.H_cycles=2", "model.core.L_cycles=2", "model.layers.0.mixer.heads=4",
          "model.input={positions: rotary, prefix: 16}",
          "model.halting={max_steps: 3, exploration: 0}"};
}

bool same_bits(const Archive& a, const Archive& b) {
  if (a.tensors.size() != b.tensors.size()) return false;
  for (const auto& [name, value] : a.tensors) {
    const auto* other = b.find(name);
    if (!other || other->scalar_type() != value.scalar_type() || !other->equal(value)) return false;
  }
  return true;
}

TEST_CASE("a reference's checkpoint has our names and its step", "[golden]") {
  const auto file = open_weights_file(reference_run() / "step_3");
  CHECK(file.step() == 3);
  const auto weights = file.weights();
  CHECK(weights.find("H_init"));
  CHECK(weights.find("L_level.layers.1.mlp.down_proj.weight"));
  CHECK(weights.at("embed_tokens.embedding_weight").sizes() == at::IntArrayRef({11, 64}));
  CHECK(weights_file_at(reference_run()) == reference_run() / "step_3");
}

// The file is the third step of a golden case.
TEST_CASE("its tensors are those of the golden case", "[golden]") {
  const auto weights = open_weights_file(reference_run() / "step_3").weights();
  const auto golden = load_archive(golden_folder() / "trm_att.safetensors");
  int compared = 0;
  for (const auto& [name, value] : weights.tensors) {
    const auto* other = golden.find("step3.param.model.inner." + name);
    if (!other) continue;  // a trimmed file has fewer
    INFO(name);
    CHECK(value.equal(*other));
    ++compared;
  }
  CHECK(compared >= 6);
}

TEST_CASE("all_config.yaml beside a checkpoint is the config of its run", "[golden]") {
  const auto experiment =
      open_weights_file(reference_run() / "step_3").experiment(reference_data());
  CHECK(experiment.model.width == 64);
  CHECK(experiment.model.core.get<model::Trm>().H_cycles == 2);
  CHECK(experiment.model.input.get<model::GridInput>().prefix == 16);
  CHECK(experiment.precision == "float32");
  CHECK(experiment.train.batch == 4);
  CHECK(experiment.train.epochs == 10);
  CHECK(experiment.train.eval_epochs == 5);
  CHECK(experiment.optim.ema == 0.999);
  CHECK(experiment.data.path == (reference_run() / "data").string());
  CHECK(experiment.data.sampler.get<data::Numpy>().epochs == 5);
}

TEST_CASE("without a config the error lists what the tensors do not say", "[golden]") {
  const ScratchFolder scratch;
  fs::copy(reference_run() / "step_3", scratch / "step_3");
  const auto file = open_weights_file(scratch / "step_3");
  const auto message = error_of([&] { file.experiment({}); });
  CHECK(contains(message, "no all_config.yaml beside it"));
  for (const auto* key :
       {"model.core.H_cycles", "model.core.L_cycles", "model.layers.0.mixer.heads",
        "model.input.positions", "model.input.prefix", "model.halting.max_steps"}) {
    CHECK(contains(message, key));
  }
  auto overrides = told();
  overrides.pop_back();
  const auto rest = error_of([&] { file.experiment(overrides); });
  CHECK(contains(rest, "do not say model.halting.max_steps;"));
  const auto with_config = open_weights_file(reference_run() / "step_3").experiment({});
  CHECK(dump_config(file.experiment(told()).model) == dump_config(with_config.model));
}

// Converts into another form, and that again, and reads it.
TEST_CASE("every form gives the same bits back", "[golden]") {
  const ScratchFolder scratch;
  const auto first = open_weights_file(reference_run() / "step_3");
  const auto convert_to = [&](const fs::path& from, const std::string& to, WeightsForm form) {
    convert({.from = from,
             .to = scratch / to,
             .form = form,
             .data = (reference_run() / "data").string()});
    return scratch / to;
  };
  const auto safe = convert_to(first.path, "a.safetensors", WeightsForm::kSafetensors);
  const auto torch_file = convert_to(safe, "b.pt", WeightsForm::kTorch);
  CHECK(same_bits(open_weights_file(safe).tensors, first.tensors));
  CHECK(same_bits(open_weights_file(torch_file).tensors, first.tensors));
  // The config goes with it.
  CHECK(dump_config(open_weights_file(safe).experiment({}).model) ==
        dump_config(first.experiment({}).model));

  const auto ours = convert_to(safe, "step_3", WeightsForm::kCheckpoint);
  const auto back = convert_to(ours, "back.safetensors", WeightsForm::kSafetensors);
  CHECK(same_bits(open_weights_file(back).tensors, first.tensors));
  CHECK(
      contains(error_of([&] { convert_to(ours, "b.pt", WeightsForm::kTorch); }), "already there"));
}

TEST_CASE("a run's weights convert averaged or raw, its latents in the type of its activations",
          "[unit]") {
  const SmallExperiment small;
  {
    run::RunFolder run(small.scratch / "run");
    run_session(small.load({"precision=bfloat16", "train.steps=4"}), run);
  }
  const auto convert_to = [&](const std::string& to, const std::string& which) {
    convert({.from = small.scratch / "run",
             .to = small.scratch / to,
             .form = WeightsForm::kTorch,
             .which = which});
    return open_weights_file(small.scratch / to);
  };
  const auto averaged = convert_to("step_4", "ema").weights(),
             raw = convert_to("raw.pt", "raw").weights();
  const auto checkpoint = run::find_checkpoint(small.scratch / "run");
  const auto* name = "lm_head.weight";
  CHECK(averaged.at(name).equal(checkpoint.load("ema").at(name)));
  CHECK(raw.at(name).equal(checkpoint.load("weights").at(name)));
  CHECK_FALSE(raw.at(name).equal(averaged.at(name)));
  CHECK(averaged.at("H_init").scalar_type() == at::kBFloat16);
  CHECK(averaged.at(name).scalar_type() == at::kFloat);
}

TEST_CASE("weights that are not finite are converted, and refused by training and evaluation",
          "[golden]") {
  const ScratchFolder scratch;
  auto tensors = open_weights_file(reference_run() / "step_3").tensors;
  tensors.tensors[3].value.view({-1})[2] = NAN;
  save_archive(scratch / "bad.safetensors", tensors);
  fs::copy(reference_run() / "all_config.yaml", scratch / "all_config.yaml");
  convert(
      {.from = scratch / "bad.safetensors", .to = scratch / "bad.pt", .form = WeightsForm::kTorch});
  CHECK(contains(error_of([&] { load_model(scratch / "bad.pt", "ema", reference_data()); }),
                 "has values that are not finite"));
  auto experiment = open_weights_file(reference_run() / "step_3").experiment(reference_data());
  experiment.data.task = data::TokenGrid::Config{};
  experiment.init.from = (scratch / "bad.pt").string();
  const auto puzzles = open_puzzles(experiment.data);
  CHECK(contains(error_of([&] { build_trainer(experiment, puzzles, Compute{}); }),
                 "has values that are not finite"));
  experiment.init.from = (reference_run() / "step_3").string();
  CHECK_NOTHROW(build_trainer(experiment, puzzles, Compute{}));
}

TEST_CASE("another puzzle table becomes the mean of theirs in every row", "[golden]") {
  auto experiment = open_weights_file(reference_run() / "step_3").experiment(reference_data());
  experiment.data.task = data::TokenGrid::Config{};
  experiment.init.from = (reference_run() / "step_3").string();
  auto puzzles = open_puzzles(experiment.data);
  const auto table_of = [&](const Puzzles& of) {
    return build_trainer(experiment, of, Compute{})->model().puzzle_embedding()->table();
  };
  const auto theirs = table_of(puzzles);
  std::vector<int32_t> rows(static_cast<size_t>(theirs.size(0)));
  std::iota(rows.begin(), rows.end(), 0);
  puzzles.train = data::Dataset::join({puzzles.train}, {rows}, theirs.size(0) + 2);
  const auto grown = table_of(puzzles);
  REQUIRE(grown.size(0) == theirs.size(0) + 2);
  const auto mean = theirs.mean(0);
  for (int64_t row = 0; row < grown.size(0); ++row)
    CHECK(at::allclose(grown[row], mean, 1e-6, 1e-7));
}

// expected_metrics.json: what the reference's evaluation of the file says.
TEST_CASE("a reference's checkpoint scores what the reference says", "[golden]") {
  const auto expected = format::read_json(reference_run() / "expected_metrics.json");
  auto trained = load_model(reference_run() / "step_3", "ema", reference_data());
  const auto data = open_examples(trained.experiment.data, "test").data;
  const auto task = trained.experiment.data.task.create<data::Task>(data->info());
  auto bar = Progress::silent();
  eval::Request request{data, eval::first_examples(*data, {}), 4, {.depths = {3}}};
  const auto evaluated = [&] {
    trained.experiment.evaluate.compatible = request.compatible;
    const auto solver = make_solver(trained.experiment, *trained.model);
    return eval::evaluate(*solver, *task, request, bar);
  };
  const auto result = evaluated();
  const auto near = [&](const char* key, double ours) {
    INFO(key);
    CHECK(ours == Approx(expected[key].get<double>()).epsilon(1e-5));
  };
  near("count", static_cast<double>(result.puzzles));
  near("accuracy", result.scores.accuracy);
  near("exact_accuracy", result.scores.exact_accuracy);
  near("q_halt_accuracy", result.scores.metric("q_halt_accuracy"));
  near("lm_loss", result.scores.metric("lm_loss"));
  near("q_halt_loss_without_padding_rows", result.scores.metric("q_halt_loss"));
  request.compatible = true;
  const auto theirs = evaluated();
  near("q_halt_loss", theirs.scores.metric("q_halt_loss"));
  near("lm_loss", theirs.scores.metric("lm_loss"));
}

}  // namespace
}  // namespace trm::experiment
