#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/experiment/run_comparison.h"
#include "tests/program.h"
#include "tests/small_sudoku.h"
#include "tests/srun.h"

// Who computes a run's shards changes no bit of it: through the programs.

namespace trm {
namespace {

struct Kind {
  std::string name;
  std::vector<std::string> overrides;
};

std::vector<Kind> kinds() {
  const std::string attention = "model.layers=[{mixer: {kind: attention, heads: 4}, repeat: 2}]";
  return {{"TRM with a token MLP", {}},
          {"TRM with attention", {attention, "model.input.positions=rotary"}},
          {"HRM",
           {attention, "model.input.positions=rotary", "model.core=hrm",
            "model.halting.continue_head=trained"}}};
}

struct World {
  ScratchFolder scratch;

  World() {
    SmallSudoku{.train = 60, .test = 37, .givens = {5, 8}, .seed = 1}.write(scratch / "data");
    scratch.file("config.yaml", "data: {path: " + at("data") + R"(, validation: 12}
model:
  width: 32
  layers: [{mixer: token_mlp, repeat: 2}]
  input: {prefix: 2, positions: none}
  core: {H_cycles: 2, L_cycles: 2}
  halting: {max_steps: 4, exploration: 0.5}
optim: {weights: {lr: 3e-3}, schedule: {warmup_steps: 5}, clip: 1, ema: 0.9}
train: {batch: 10, shards: 4, log_steps: 5, eval_steps: 1000, save_steps: 1000}
)");
  }
  std::string at(const std::string& name) const { return (scratch / name).string(); }

  void run(const std::string& program, const std::vector<std::string>& arguments) const {
    const auto done = run_to_end(scratch, program, arguments);
    INFO(program << ": " << done.err);
    REQUIRE(done.code == 0);
  }
  void train(const std::string& name, const std::vector<std::string>& overrides) const {
    std::vector<std::string> arguments = {at("config.yaml"), "--run", at(name), "--quiet"};
    arguments.insert(arguments.end(), overrides.begin(), overrides.end());
    run("trm-train", arguments);
  }
  nlohmann::json evaluation(const std::string& name, std::vector<std::string> arguments) const {
    const auto file = at("result.json");
    arguments.insert(arguments.begin(), {at(name), "--json", file, "--quiet"});
    run("trm-eval", arguments);
    auto json = nlohmann::json::parse(read_text(file));
    for (const auto* key : {"seconds", "puzzles_per_second", "threads"}) json.erase(key);
    return json;
  }
};

// Who computes: threads of one process, or ranks.
using Workers = std::vector<std::string>;

void check_same_bits(int steps, const std::vector<Kind>& of, const std::vector<Workers>& all) {
  const World world;
  for (const auto& kind : of) {
    for (const std::string precision : {"float32", "bfloat16"}) {
      INFO(kind.name << ", " << precision);
      const auto step = "checkpoints/step_" + std::to_string(steps);
      for (size_t i = 0; i < all.size(); ++i) {
        INFO(all[i].back());
        auto overrides = kind.overrides;
        overrides.push_back("precision=" + precision);
        overrides.push_back("train.steps=" + std::to_string(steps));
        overrides.insert(overrides.end(), all[i].begin(), all[i].end());
        const auto name = "run" + std::to_string(i);
        world.train(name, overrides);
        check_equal_checkpoints(world.scratch / "run0" / step, world.scratch / name / step);
        CHECK(log_of(world.scratch / "run0") == log_of(world.scratch / name));
      }
      for (size_t i = 0; i < all.size(); ++i)
        fs::remove_all(world.scratch / ("run" + std::to_string(i)));
    }
  }
}

// A build without gloo's headers has no ranks.
bool no_ranks() {
  const World world;
  const auto done = run_to_end(
      world.scratch, "trm-train",
      {world.at("config.yaml"), "train.steps=1", "--run", world.at("run"), "--ranks", "2"});
  if (!contains(done.err, "libgloo-dev")) return false;
  WARN("skipped: built without gloo");
  return true;
}

TEST_CASE("a run has the same bits for every number of threads", "[unit]") {
  check_same_bits(6, kinds(), {{"threads=1"}, {"threads=3"}});
}

TEST_CASE("a run has the same bits for every number of ranks", "[unit]") {
  if (no_ranks()) return;
  check_same_bits(6, {kinds()[1]}, {{"threads=1"}, {"--ranks", "2"}, {"--ranks", "3"}});
}

TEST_CASE("tasks that srun starts are the ranks of one run", "[unit]") {
  if (no_ranks()) return;
  const World world;
  world.train("alone", {"train.steps=6"});
  const auto job = std::to_string(::getpid());  // the port follows from it
  const std::vector<std::string> arguments = {world.at("config.yaml"), "train.steps=6", "--run",
                                              world.at("tasks")};
  const ScratchFolder other;  // of the second one's output
  Program first(world.scratch, "trm-train", arguments, task_of_two(job, "0"));
  Program second(other, "trm-train", arguments, task_of_two(job, "1"));
  CHECK(first.wait() == 0);
  CHECK(second.wait() == 0);
  INFO(first.err() + second.err());
  CHECK(second.err().empty());
  check_equal_checkpoints(world.scratch / "alone/checkpoints/step_6",
                          world.scratch / "tasks/checkpoints/step_6");
}

TEST_CASE("ranks of another config end the run before its first step", "[unit]") {
  if (no_ranks()) return;
  const World world;
  const auto job = std::to_string(::getpid() + 1);
  const auto rank = [&](const ScratchFolder& scratch, const std::string& number,
                        const std::string& batch) {
    return std::make_unique<Program>(
        scratch, "trm-train",
        std::vector<std::string>{world.at("config.yaml"), "train.steps=6", batch, "--run",
                                 world.at("run")},
        task_of_two(job, number));
  };
  const ScratchFolder other;
  const auto first = rank(world.scratch, "0", "train.batch=10");
  const auto second = rank(other, "1", "train.batch=12");
  CHECK(first->wait() == 2);
  CHECK(second->wait() == 2);
  const auto errors = first->err() + second->err();
  INFO(errors);
  CHECK(contains(errors, "error: rank 1 on "));
  CHECK(contains(errors, "another config than rank 0 (train.batch: 10 there, 12 here)"));
  CHECK(errors.find("error:") == errors.rfind("error:"));
  CHECK_FALSE(fs::exists(world.scratch / "run/config.yaml"));
}

TEST_CASE("a run of 60 steps has the same bits for all workers", "[slow]") {
  if (no_ranks()) return;
  check_same_bits(60, kinds(),
                  {{"threads=1"},
                   {"threads=2"},
                   {"threads=3"},
                   {"threads=4"},
                   {"--ranks", "1"},
                   {"--ranks", "2"},
                   {"--ranks", "4"}});
}

// Killed on 4 ranks, continued on 1, killed, finished on 2.
TEST_CASE("a run goes on with another number of ranks, with the same bits", "[slow]") {
  if (no_ranks()) return;
  const World world;
  const std::vector<std::string> length = {"train.steps=60", "train.save_steps=5"};
  world.train("whole", length);
  const auto killed_at = [&](int step, const std::vector<std::string>& workers) {
    std::vector<std::string> arguments = {world.at("config.yaml"), "--run", world.at("parts")};
    arguments.insert(arguments.end(), length.begin(), length.end());
    arguments.insert(arguments.end(), workers.begin(), workers.end());
    Program program(world.scratch, "trm-train", arguments);
    const auto reached = world.scratch / ("parts/checkpoints/step_" + std::to_string(step));
    while (program.running() && !fs::exists(reached)) ::usleep(1000);
    program.signal(SIGKILL);
    CHECK(program.wait() == 128 + SIGKILL);
  };
  killed_at(20, {"--ranks", "4"});
  killed_at(40, {"--ranks", "1"});
  auto last = length;
  last.insert(last.end(), {"--ranks", "2"});
  world.train("parts", last);
  check_equal_checkpoints(world.scratch / "whole/checkpoints/step_60",
                          world.scratch / "parts/checkpoints/step_60");
}

TEST_CASE("a run goes on with another number of threads, with the same bits", "[unit]") {
  const World world;
  world.train("whole", {"train.steps=8", "threads=1"});
  world.train("parts", {"train.steps=4", "threads=4"});
  world.train("parts", {"train.steps=8", "threads=2"});
  check_equal_checkpoints(world.scratch / "whole/checkpoints/step_8",
                          world.scratch / "parts/checkpoints/step_8");
}

TEST_CASE("an evaluation has the same numbers for any threads and any batch", "[unit]") {
  const World world;
  world.train("run", {"train.steps=4"});
  const auto expected = world.evaluation("run", {"threads=1"});
  CHECK(expected["puzzles"] == 37);
  CHECK(world.evaluation("run", {"threads=4"}) == expected);
  CHECK(world.evaluation("run", {"threads=3", "--batch", "1"}) == expected);
  CHECK(world.evaluation("run", {"threads=2", "--batch", "100"}) == expected);
}

TEST_CASE("a search has the same numbers for any threads, any batch and any ranks", "[unit]") {
  const World world;
  world.train("run", {"train.steps=4"});
  const std::vector<std::vector<std::string>> searches = {
      {"evaluate.depth=[2, 6]", "evaluate.breadth=[1, 3]", "evaluate.start=random",
       "evaluate.noise.sigma=0.2", "evaluate.select=[best_q, residual, confidence, vote, oracle]"},
      {"evaluate.depth=6", "evaluate.breadth=4", "evaluate.noise.sigma=1",
       "evaluate.noise.per=pass", "evaluate.resample.every=2", "evaluate.select=vote"},
      {"evaluate.depth=12", "evaluate.halt=q", "evaluate.threshold.q=-4.9"},
      {"evaluate.depth=12", "evaluate.halt=converged", "evaluate.threshold.residual=0.5"}};
  auto workers = std::vector<Workers>{{"threads=4"}, {"threads=3", "--batch", "1"}};
  if (!no_ranks()) workers.insert(workers.end(), {{"--ranks", "2"}, {"--ranks", "3"}});
  for (const auto& search : searches) {
    INFO(search.back());
    const auto with = [&](const Workers& who) {
      auto words = search;
      words.insert(words.end(), who.begin(), who.end());
      return world.evaluation("run", words);
    };
    const auto expected = with({"threads=1"});
    for (const auto& who : workers) {
      INFO(who.back());
      CHECK(with(who) == expected);
    }
  }
}

TEST_CASE("a config of before there were shards is read", "[unit]") {
  const World world;
  auto text = read_text(world.scratch / "config.yaml");
  text.replace(text.find("shards: 4"), 9, "micro_batch: 3, steps: 2");
  world.scratch.file("config.yaml", text);
  const auto done = run_to_end(world.scratch, "trm-train",
                               {world.at("config.yaml"), "--run", world.at("old"), "device=cpu"});
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(contains(done.err, "train.micro_batch: 3 rows at once of 10 are train.shards=4 now"));
  CHECK(contains(read_text(world.scratch / "old/config.yaml"), "shards: 4"));
}

}  // namespace
}  // namespace trm
