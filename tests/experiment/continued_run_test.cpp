// What a run needs to go on, and what it can do without.

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "experiment/session.h"
#include "tests/catch.h"
#include "tests/experiment/run_comparison.h"
#include "tests/experiment/small_experiment.h"

namespace trm::experiment {
namespace {

SessionResult train(const SmallExperiment& small, const std::string& name,
                    const std::vector<std::string>& overrides = {}) {
  run::RunFolder run(small.scratch / name);
  return run_session(small.load(overrides), run);
}

std::vector<nlohmann::json> lines_of(const fs::path& path) {
  std::vector<nlohmann::json> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

}  // namespace

TEST_CASE("an evaluation that was not done when a run ended is done first", "[unit]") {
  const SmallExperiment small;
  train(small, "whole");
  train(small, "cut", {"train.steps=6"});
  // As left by an end within the evaluation at step 6: its line is not there, nor the one of tests.
  const auto step = small.scratch / "cut/checkpoints/step_6";
  auto manifest = nlohmann::json::parse(read_text(step / "manifest.json"));
  CHECK(contains(manifest["evaluation"].get<std::string>(), "validation/exact_accuracy"));
  manifest["evaluation"] = nullptr;
  std::ifstream log(small.scratch / "cut/metrics.jsonl");
  size_t before = 0;
  for (std::string line; std::getline(log, line) && !contains(line, "validation");)
    before += line.size() + 1;
  manifest["log_bytes"] = before;
  write_text(step / "manifest.json", manifest.dump());
  train(small, "cut");
  CHECK(log_in_one_go(small.scratch / "cut") == log_of(small.scratch / "whole"));
  check_equal_checkpoints(step.parent_path() / "step_12",
                          small.scratch / "whole/checkpoints/step_12");
}

TEST_CASE("a damaged newest checkpoint costs no other one", "[unit]") {
  const SmallExperiment small;
  train(small, "whole");
  train(small, "run", {"train.steps=8", "train.eval_steps=null", "train.keep=2"});
  const auto checkpoints = small.scratch / "run/checkpoints";
  REQUIRE(run::checkpoint_steps(small.scratch / "run") == std::vector<int64_t>{4, 8});
  fs::resize_file(checkpoints / "step_8/weights.safetensors", 100);
  // Goes on from step 4 and ends there at once.
  train(small, "run", {"train.steps=4", "train.keep=1", "train.eval_steps=null"});
  CHECK(run::checkpoint_steps(small.scratch / "run") == std::vector<int64_t>{4});
  CHECK(fs::exists(checkpoints / "step_8.damaged"));
  train(small, "run", {"train.keep=1"});
  check_equal_checkpoints(checkpoints / "step_12", small.scratch / "whole/checkpoints/step_12");
}

TEST_CASE("a run goes on without its log, and knows its best checkpoint", "[unit]") {
  const SmallExperiment small;
  const auto whole = train(small, "whole");
  train(small, "run", {"train.steps=6"});
  fs::remove(small.scratch / "run/metrics.jsonl");
  const auto result = train(small, "run");
  CHECK(result.best_step == whole.best_step);
  check_equal_checkpoints(small.scratch / "run/checkpoints/step_12",
                          small.scratch / "whole/checkpoints/step_12");
  CHECK(contains(read_text(small.scratch / "run/console.log"), "metrics.jsonl is missing"));
}

TEST_CASE("a log is not cut where no checkpoint is found", "[unit]") {
  const SmallExperiment small;
  train(small, "run", {"train.steps=4"});
  const auto log = read_text(small.scratch / "run/metrics.jsonl");
  for (const auto& entry : fs::directory_iterator(small.scratch / "run/checkpoints"))
    fs::remove_all(entry.path());
  train(small, "run", {"train.steps=4"});
  CHECK(read_text(small.scratch / "run/metrics.jsonl.before") == log);
  fs::remove_all(small.scratch / "run/checkpoints");
  const auto again = read_text(small.scratch / "run/metrics.jsonl");
  CHECK(contains(error_of([&] { train(small, "run", {"train.steps=4"}); }), "missing"));
  CHECK(read_text(small.scratch / "run/metrics.jsonl") == again);
}

TEST_CASE("what init.from named is needed at step 0 alone", "[unit]") {
  const SmallExperiment small;
  train(small, "first", {"train.steps=4"});
  train(small, "other", {"train.steps=4", "seed=1"});
  const auto from = "init.from=" + (small.scratch / "source").string();
  fs::rename(small.scratch / "first", small.scratch / "source");
  train(small, "run", {from, "train.steps=4"});
  fs::rename(small.scratch / "source", small.scratch / "gone");
  CHECK(train(small, "run", {from}).step == 12);
  // Ended before its first checkpoint it needs the same weights again.
  fs::rename(small.scratch / "other", small.scratch / "source");
  for (const auto& entry : fs::directory_iterator(small.scratch / "run/checkpoints"))
    fs::remove_all(entry.path());
  CHECK(contains(error_of([&] { train(small, "run", {from}); }),
                 "not the weights that the run was begun with"));
}

TEST_CASE("checkpoints are kept by number, by period and by score", "[unit]") {
  const SmallExperiment small;
  const auto result =
      train(small, "run", {"train.save_steps=1", "train.keep=1", "train.keep_every=5"});
  std::set<int64_t> expected = {5, 10, 12, result.best_step.value()};
  const auto steps = run::checkpoint_steps(small.scratch / "run");
  CHECK(std::set<int64_t>(steps.begin(), steps.end()) == expected);
}

TEST_CASE("checkpoints are saved by time as well", "[unit]") {
  const SmallExperiment small;
  train(small, "run",
        {"train.save_steps=1000", "train.save_minutes=1e-9", "train.keep=100", "train.steps=5"});
  CHECK(run::checkpoint_steps(small.scratch / "run") == std::vector<int64_t>{1, 2, 3, 4, 5});
}

TEST_CASE("every session leaves a record, and a change of the machine is said", "[unit]") {
  const SmallExperiment small;
  train(small, "run", {"train.steps=4"});
  CHECK_FALSE(contains(read_text(small.scratch / "run/console.log"), "continued with"));
  // As if another LibTorch had begun it.
  auto text = read_text(small.scratch / "run/sessions.jsonl");
  const std::string version = R"("libtorch":")";
  text.insert(text.find(version) + version.size(), "0.");
  small.scratch.file("run/sessions.jsonl", text);
  train(small, "run", {"threads=2"});
  const auto records = lines_of(small.scratch / "run/sessions.jsonl");
  REQUIRE(records.size() == 2);
  for (const char* key :
       {"command", "folder", "host", "process", "started", "made_by", "libtorch", "processor",
        "device", "threads", "first_step", "ended", "last_step", "end"}) {
    INFO(key);
    CHECK(records[0].contains(key));
  }
  CHECK(records[0]["end"] == "completed");
  CHECK(records[1]["first_step"] == 4);
  CHECK(records[1]["last_step"] == 12);
  const auto console = read_text(small.scratch / "run/console.log");
  CHECK(contains(console, "continued with libtorch "));
  CHECK_FALSE(contains(console, "threads 2"));  // they are in no number
  CHECK(contains(console, "continuing " + (small.scratch / "run").string() + " at step 4"));
  CHECK(contains(console, "step 6: validation exact"));
}

}  // namespace trm::experiment
