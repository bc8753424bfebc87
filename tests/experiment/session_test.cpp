#include "experiment/session.h"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "experiment/assemble.h"
#include "experiment/planned_step.h"
#include "experiment/test_forecast.h"
#include "tests/catch.h"
#include "tests/experiment/run_comparison.h"
#include "tests/experiment/small_experiment.h"

namespace trm::experiment {
namespace {

SessionResult train(const SmallExperiment& small, const std::string& name,
                    std::vector<std::string> overrides = {}) {
  run::RunFolder run(small.scratch / name);
  return run_session(small.load(std::move(overrides)), run);
}

fs::path last(const SmallExperiment& small, const std::string& run, int64_t step) {
  return small.scratch / (run + "/checkpoints/step_" + std::to_string(step));
}

}  // namespace

TEST_CASE("a run stopped and continued has the bits of one never stopped", "[unit]") {
  const SmallExperiment small;
  train(small, "whole");
  for (const int64_t stop : {4, 5, 6, 11}) {
    INFO("stopped at " << stop);
    const auto name = "stopped_" + std::to_string(stop);
    // As if killed after the save at `stop`, with later lines in the log already.
    train(small, name, {"train.steps=" + std::to_string(stop)});
    std::ofstream(small.scratch / (name + "/metrics.jsonl"), std::ios::app)
        << "{\"step\": 99}\n{\"st";
    const auto result = train(small, name);
    CHECK(result.step == 12);
    check_equal_checkpoints(last(small, "whole", 12), last(small, name, 12));
  }
  // Stopped where the whole run logs and evaluates, the log is the same as well.
  CHECK(log_in_one_go(small.scratch / "stopped_6") == log_of(small.scratch / "whole"));
}

TEST_CASE("a finished run is not tested again, unless it would be tested otherwise", "[unit]") {
  const SmallExperiment small;
  const auto first = train(small, "run");
  // With its times, which another evaluation would change.
  const auto log = read_text(small.scratch / "run/metrics.jsonl");
  const auto second = train(small, "run");
  CHECK(read_text(small.scratch / "run/metrics.jsonl") == log);
  CHECK(second.test->puzzles == 20);
  CHECK(first.test->scores.exact_accuracy == second.test->scores.exact_accuracy);
  CHECK(first.test->scores.metric("lm_loss") == second.test->scores.metric("lm_loss"));
  REQUIRE(second.test->by_task.size() == first.test->by_task.size());
  CHECK(second.test->by_task.front().mean == first.test->by_task.front().mean);
  CHECK(train(small, "run", {"evaluate.limit=5"}).test->puzzles == 5);
  CHECK(train(small, "run", {"evaluate.limit=null"}).test->puzzles == 20);
}

TEST_CASE("a run that goes on keeps the line of the test that it ended with", "[unit]") {
  const SmallExperiment small;
  train(small, "run", {"train.steps=6"});
  const auto ended = log_of(small.scratch / "run");
  train(small, "run");
  const auto log = log_of(small.scratch / "run");
  CHECK(std::vector(log.begin(), log.begin() + static_cast<ptrdiff_t>(ended.size())) == ended);
  CHECK(log.back()["step"] == 12);
  // The folder by itself goes on as it was continued.
  CHECK(load_experiment(small.scratch / "run/config.yaml").train.steps == 12);
}

TEST_CASE("what a test will take is told by what was timed", "[unit]") {
  const SmallExperiment small;
  auto experiment = small.load({"evaluate.limit=10"});
  const auto puzzles = open_puzzles(experiment.data);
  const auto model = build_model(experiment, puzzles.spec(), Compute{});
  TestForecast forecast(experiment, *model, puzzles);
  CHECK_FALSE(forecast.seconds().has_value());
  CHECK(forecast.text() == "the first 10 of 20 test puzzles (evaluate.limit)");
  const auto plan = plan::plan_step(planned_step(experiment), *model);
  forecast.trained(0.5);
  CHECK(*forecast.seconds() == Approx(10 * 2 * plan.evaluation_operations / plan.operations));
  eval::Evaluation evaluation;
  evaluation.puzzles = 4;
  evaluation.seconds = 80;
  forecast.evaluated(evaluation);
  CHECK(*forecast.seconds() == Approx(200));
  CHECK(forecast.is_long());
  CHECK(forecast.text() == "the first 10 of 20 test puzzles (evaluate.limit), about 3 min 20 s");
}

TEST_CASE("logging, saving and evaluating more often change no weight", "[unit]") {
  const SmallExperiment small;
  train(small, "a");
  train(small, "b", {"train.log_steps=1", "train.eval_steps=2", "train.save_steps=3"});
  const run::Checkpoint a(last(small, "a", 12)), b(last(small, "b", 12));
  for (const auto& [name, value] : a.load("weights").tensors) {
    CHECK(value.equal(b.load("weights").at(name)));
  }
}

TEST_CASE("a log line has the references' names and the norms", "[unit]") {
  const SmallExperiment small;
  train(small, "run");
  const auto log = log_of(small.scratch / "run");
  REQUIRE(log.size() == 4 + 2 + 1);
  for (const char* key :
       {"train/count", "train/accuracy", "train/exact_accuracy", "train/q_halt_accuracy",
        "train/steps", "train/lm_loss", "train/q_halt_loss", "train/lr", "train/gradient_norm",
        "train/update_norm", "train/latent_norm"}) {
    INFO(key);
    CHECK(log[0].contains(key));
    CHECK(log[0][key].is_number());
  }
  CHECK(log.back().contains("test/exact_accuracy"));
  CHECK(log.back()["test/puzzles"] == 20);
}

TEST_CASE("a run goes on only with the same numeric config and data", "[unit]") {
  const SmallExperiment small;
  train(small, "run", {"train.steps=4"});
  const auto message = error_of([&] { train(small, "run", {"model.width=32", "seed=1"}); });
  INFO(message);
  CHECK(contains(message, "model.width: 16 there, 32 here"));
  CHECK(contains(message, "seed: 0 there, 1 here"));
  CHECK_NOTHROW(train(small, "run", {"train.steps=6", "train.log_steps=1", "threads=2"}));
  CHECK(contains(error_of([&] {
                   train(small, "run", {"train.steps=12", "optim.schedule.min_ratio=0.5"});
                 }),
                 "min_ratio"));
  const SmallExperiment other(30, 10);
  CHECK(contains(
      error_of([&] { train(small, "run", {"data.path=" + (other.scratch / "data").string()}); }),
      "not the training data"));
}

TEST_CASE("a run can start with the weights of another", "[unit]") {
  const SmallExperiment small;
  train(small, "first");
  const auto from = "init.from=" + (small.scratch / "first").string();
  auto experiment = small.load({from});
  const auto compute = resolve_compute(experiment);
  const auto puzzles = open_puzzles(experiment.data);
  const auto trainer = build_trainer(experiment, puzzles, compute);
  const auto source = run::find_checkpoint(small.scratch / "first");
  const auto weights = checkpoint_weights(source, "ema");
  for (const auto& [name, value] : trainer->model().named_weights()) {
    CHECK(value.equal(weights.at(name)));
  }
  CHECK(contains(error_of([&] {
                   auto wide = small.load({from, "model.width=32"});
                   build_trainer(wide, puzzles, compute);
                 }),
                 "is [6, 16] there and [6, 32] here"));
}

TEST_CASE("the best checkpoint is chosen on the validation set", "[unit]") {
  const SmallExperiment small;
  const auto result = train(small, "run");
  REQUIRE(result.best_step);
  std::map<int64_t, std::vector<double>> validated;
  for (const auto& line : log_of(small.scratch / "run")) {
    if (!line.contains("validation/exact_accuracy")) continue;
    validated[line["step"]] = {line["validation/exact_accuracy"], line["validation/accuracy"],
                               -line["validation/lm_loss"].get<double>()};
  }
  REQUIRE(validated.size() == 2);
  CHECK(*result.best_step == (validated[12] >= validated[6] ? 12 : 6));
  CHECK(run::find_checkpoint(small.scratch / "run").folder().filename() ==
        "step_" + std::to_string(*result.best_step));
}

TEST_CASE("evaluations may be counted in epochs, and the first of them left out", "[unit]") {
  const SmallExperiment small;
  // 48 groups and batches of 8: six steps an epoch.
  train(small, "run",
        {"train.eval_steps=null", "train.eval_epochs=0.5", "train.skip_evaluations=2"});
  std::vector<int64_t> steps;
  std::ifstream log(small.scratch / "run/metrics.jsonl");
  for (std::string line; std::getline(log, line);) {
    const auto json = nlohmann::json::parse(line);
    if (json.contains("validation/exact_accuracy")) steps.push_back(json["step"]);
  }
  CHECK(steps == std::vector<int64_t>{9, 12});
}

TEST_CASE("an evaluation writes the outputs that are asked for", "[unit]") {
  const SmallExperiment small;
  train(small, "run", {"evaluate.outputs=[inputs, preds, logits, q_continue_logits]"});
  const auto outputs = load_archive(small.scratch / "run/outputs/validation_step_6.safetensors");
  CHECK(outputs.at("inputs").sizes() == at::IntArrayRef({12, 16}));
  CHECK(outputs.at("preds").equal(outputs.at("logits").argmax(-1).to(at::kInt)));
  CHECK(outputs.at("q_continue_logits").sizes() == at::IntArrayRef({12}));
  CHECK(outputs.at("example").sizes() == at::IntArrayRef({12}));
  CHECK_FALSE(outputs.find("labels"));
  CHECK(contains(error_of([&] { small.load({"evaluate.outputs=[logit]"}); }), "evaluate.outputs"));
}

TEST_CASE("with frozen weights only the puzzle embedding learns", "[unit]") {
  const SmallExperiment small;
  train(small, "frozen", {"optim.freeze_weights=true"});
  const auto trained = run::Checkpoint(last(small, "frozen", 12)).load("weights");
  auto experiment = small.load();
  const auto puzzles = open_puzzles(experiment.data);
  const auto fresh = build_trainer(experiment, puzzles, Compute{})->save().weights;
  for (const auto& [name, value] : trained.tensors) {
    INFO(name);
    CHECK(value.equal(fresh.at(name)) == (name != "puzzle_emb.weights"));
  }
}

TEST_CASE("a model with a continue head logs its loss, and resumes", "[unit]") {
  const SmallExperiment small;
  const std::vector<std::string> hrm = {"model.core=hrm", "model.halting.continue_head=trained"};
  train(small, "whole", hrm);
  auto stopped = hrm;
  stopped.push_back("train.steps=5");
  train(small, "stopped", stopped);
  train(small, "stopped", hrm);
  check_equal_checkpoints(last(small, "whole", 12), last(small, "stopped", 12));
  CHECK(contains(read_text(small.scratch / "whole/metrics.jsonl"), "train/q_continue_loss"));
}

}  // namespace trm::experiment
