#include "experiment/experiment.h"

#include "core/config_dump.h"
#include "experiment/assemble.h"
#include "experiment/planned_step.h"
#include "experiment/puzzles.h"
#include "tests/catch.h"
#include "tests/experiment/small_experiment.h"

namespace trm::experiment {

TEST_CASE("a device that is none is refused where it is written", "[unit]") {
  const SmallExperiment small;
  CHECK(contains(error_of([&] { small.load({"device=gpu"}); }),
                 "override 'device=gpu': device: no 'gpu'; did you mean 'cuda'?"));
  CHECK(contains(error_of([&] { small.load({"device=cuda:x"}); }),
                 "override 'device=cuda:x': device: no 'cuda:x'; known: auto, cpu, cuda, cuda:N"));
  CHECK(small.load({"device=cuda:1"}).device == "cuda:1");
}

TEST_CASE("steps are replayed where it is asked, by one rank on a GPU", "[unit]") {
  const Compute gpu{.device = torch::Device("cuda:1")}, cpu;
  TrainConfig config;
  CHECK_FALSE(replays_steps(config, gpu, 1));
  config.graph = "auto";
  CHECK(replays_steps(config, gpu, 1));
  CHECK_FALSE(replays_steps(config, gpu, 2));
  CHECK_FALSE(replays_steps(config, cpu, 1));
}

TEST_CASE("every config of the project reads and reads back", "[unit]") {
  int count = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(TRM_SOURCE_DIR) / "configs")) {
    INFO(entry.path());
    const auto experiment = load_experiment(entry.path());
    const auto again = read_config<Experiment>(parse_config(dump_config(experiment), "dump"));
    CHECK(dump_config(again) == dump_config(experiment));
    ++count;
  }
  CHECK(count >= 4);
}

TEST_CASE("the published configs are the published ones", "[unit]") {
  for (const char* name : {"sudoku_extreme_mlp", "sudoku_extreme_attention"}) {
    const auto e =
        load_experiment(fs::path(TRM_SOURCE_DIR) / "configs" / (std::string(name) + ".yaml"));
    INFO(name);
    CHECK(e.model.width == 512);
    CHECK(e.train.batch == 768);
    CHECK(e.optim.puzzle_lr == 1e-4);
    CHECK(e.optim.puzzle_weight_decay == 1.0);
    CHECK(e.optim.ema == 0.999);
    CHECK(e.optim.weights.get<optim::AdamAtan2>().lr == 1e-4);
    CHECK(e.optim.weights.get<optim::AdamAtan2>().weight_decay == 1.0);
    CHECK(e.model.halting.max_steps == 16);
    const model::Model model(e.model, {81, 11, 1}, {}, 0);
    const bool attention = std::string_view(name) == "sudoku_extreme_attention";
    CHECK(model.parameter_count() == (attention ? 6'828'034 : 5'028'866));
  }
}

TEST_CASE("steps come from epochs as the reference counts them", "[unit]") {
  const SmallExperiment small;
  const auto puzzles = open_puzzles(small.load().data);
  CHECK(puzzles.training_groups.size() == 48);
  CHECK(puzzles.validation_examples.size() == 12);
  TrainConfig config;
  config.batch = 32;
  config.epochs = 5;
  CHECK(total_steps(config, puzzles) == 7);
  config.epochs = 0.1;
  CHECK(contains(error_of([&] { total_steps(config, puzzles); }), "less than one batch"));
}

TEST_CASE("what crosses components is checked", "[unit]") {
  const SmallExperiment small;
  CHECK(contains(error_of([&] {
                   small.load({"train={steps: 4, epochs: 3}", "data.path=''"});
                 }),
                 "2 mistakes in the config"));
  CHECK(contains(error_of([&] { small.load({"train.steps=null"}); }), "not neither"));
  CHECK(error_of([&] { small.load({"train.shards=9"}); }) ==
        "override 'train.shards=9': train.shards: 9 shards of a batch of 8 rows");
  CHECK(contains(error_of([&] {
                   small.load({"train.shards=4", "train.batch=2"});
                 }),
                 "override 'train.batch=2': train.shards: 4 shards of a batch of 2 rows"));
  CHECK(contains(error_of([&] { small.load({"data.path=''"}); }), "data.path: no value"));
  CHECK(contains(error_of([&] { open_puzzles(small.load({"data.validation=60"}).data); }),
                 "leave nothing to train on"));
}

TEST_CASE("the later of steps and epochs counts, in a file as on the command line", "[unit]") {
  const SmallExperiment small;
  const auto epochs = small.load({"train.epochs=3", "train.eval_epochs=1"}).train;
  CHECK_FALSE(epochs.steps.has_value());
  CHECK_FALSE(epochs.eval_steps.has_value());
  CHECK(epochs.epochs == 3.0);
  CHECK(small.load({"train.epochs=3", "train.steps=7"}).train.steps == 7);
}

TEST_CASE("every model of the README is one override of a config, at its cycles", "[unit]") {
  const SmallExperiment small;
  const auto core = [&](const std::string& override) { return small.load({override}).model.core; };
  CHECK(core("model.core=single_z").get<model::SingleZ>().H_cycles == 2);
  CHECK(core("model.core=single_z").get<model::SingleZ>().L_cycles == 2);
  CHECK(core("model.core=multi_z").get<model::MultiZ>().L_cycles == 2);
  CHECK(core("model.core={kind: multi_z, latents: 3}").get<model::MultiZ>().latents == 3);
  CHECK(core("model.core=hrm").get<model::Hrm>().L_cycles == 2);
  CHECK(core("model.core={kind: trm, networks: two, gradient: last_update}")
            .get<model::Trm>()
            .L_cycles == 2);
  const auto work = [&](const std::string& override) {
    auto experiment = small.load({override});
    const model::Model model(experiment.model, {16, 6, 1}, {}, 0);
    return plan::plan_step(planned_step(experiment), model).operations;
  };
  // At the same cycles as many applications as with two latents.
  CHECK(work("model.core=single_z") == work("model.core=trm"));
}

TEST_CASE("what can be done and is hardly meant is doubted", "[unit]") {
  const SmallExperiment small;
  CHECK(doubts_about(small.load()).empty());
  const auto blind = doubts_about(small.load({"model.layers.0.mixer=attention"}));
  REQUIRE(blind.size() == 1);
  CHECK(contains(blind[0], "set model.input.positions=rotary"));
  CHECK(
      doubts_about(small.load({"model.layers.0.mixer=attention", "model.input.positions=learned"}))
          .empty());
  CHECK(contains(doubts_about(small.load({"model.core=multi_z"})).at(0),
                 "model.core.latents: 6, and a cycle of 2 updates reaches the first 2 alone"));
}

TEST_CASE("names that other programs have lead to ours, by whole paths", "[unit]") {
  const SmallExperiment small;
  const auto keys = keys_of<Experiment>();
  for (const auto& [theirs, ours] : kKeyNames) {
    INFO(theirs);
    if (theirs.find('=') != std::string_view::npos) continue;
    CHECK(std::any_of(keys.begin(), keys.end(),
                      [ours = ours](const auto& key) { return key.path == ours; }));
  }
  const auto fault = [&](const std::string& override) {
    return error_of([&] { small.load({override}); });
  };
  CHECK(contains(fault("lr=3"), "did you mean 'optim.weights.lr'?"));
  CHECK(contains(fault("batch_size=3"), "did you mean 'train.batch'?"));
  CHECK(contains(fault("device=gpu"), "no 'gpu'; did you mean 'cuda'?"));
}

TEST_CASE("validation groups are the same for every seed and never trained on", "[unit]") {
  const SmallExperiment small;
  const auto a = open_puzzles(small.load({"seed=1"}).data),
             b = open_puzzles(small.load({"seed=2"}).data);
  CHECK(a.validation_examples == b.validation_examples);
  for (const int64_t example : a.validation_examples) {
    const auto group = a.train->puzzle_of(example);  // one puzzle a group here
    CHECK(std::find(a.training_groups.begin(), a.training_groups.end(), group) ==
          a.training_groups.end());
  }
}

}  // namespace trm::experiment
