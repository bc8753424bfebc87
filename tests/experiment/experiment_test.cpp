#include "experiment/experiment.h"

#include "core/config_dump.h"
#include "experiment/assemble.h"
#include "experiment/plan.h"
#include "experiment/puzzles.h"
#include "tests/catch.h"
#include "tests/experiment/small_experiment.h"

namespace trm::experiment {

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
  CHECK(contains(error_of([&] { small.load({"train.epochs=3"}); }), "not both"));
  CHECK(contains(error_of([&] { small.load({"train.steps=null"}); }), "not neither"));
  CHECK(contains(error_of([&] { small.load({"train.micro_batch=9"}); }),
                 "do not fit into a batch of 8"));
  CHECK(contains(error_of([&] { small.load({"data.path=''"}); }), "data.path: no value"));
  CHECK(contains(error_of([&] { open_puzzles(small.load({"data.validation=60"}).data); }),
                 "leave nothing to train on"));
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

TEST_CASE("a plan counts the products of a step", "[unit]") {
  const SmallExperiment small;
  auto experiment = small.load();
  const auto compute = resolve_compute(experiment);
  const model::Model model(experiment.model, {16, 6, 1}, compute, 0);
  const auto plan = plan_step(experiment, model);
  // Two blocks of a SwiGLU over 18 positions and one over 16 channels, inner width 256; one outer
  // cycle of three applications without a gradient, one with, whose products are done three times.
  const double block = 8.0 * 2 * 3 * (18 * 256 * 16 + 18 * 256 * 16);
  const double head = 8.0 * 2 * 16 * 16 * 6;
  CHECK(plan.operations == Approx(2 * block * (3 + 3 * 3) + 3 * head));
  CHECK(plan.parameters == model.parameter_count());
}

}  // namespace trm::experiment
