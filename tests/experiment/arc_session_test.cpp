#include <fstream>
#include <nlohmann/json.hpp>

#include "data/tasks/arc/build.h"
#include "experiment/puzzles.h"
#include "experiment/session.h"
#include "tests/catch.h"
#include "tests/experiment/run_comparison.h"
#include "tests/experiment/small_experiment.h"

namespace trm::experiment {
namespace {

using data::arc::Grid;

Grid random_grid(Stream& stream, int64_t rows, int64_t columns) {
  Grid grid{rows, columns, {}};
  for (int64_t i = 0; i < rows * columns; ++i)
    grid.cells.push_back(static_cast<uint8_t>(stream.below(10)));
  return grid;
}

// Tasks of small grids whose answer is the grid itself, two of them tested; a third is too large
// for the canvas.
struct SmallArc {
  ScratchFolder scratch;

  SmallArc() {
    Stream stream(3, "small arc");
    data::arc::Subset subset{.puzzles = {}, .tested = true};
    for (const int64_t side : {3, 4, 9}) {
      data::arc::Puzzle puzzle{.name = "side" + std::to_string(side), .train = {}, .test = {}};
      for (int i = 0; i < 4; ++i) {
        const auto grid = random_grid(stream, side, 2);
        (i < 2 ? puzzle.train : puzzle.test).push_back({grid, grid});
      }
      subset.puzzles.push_back(std::move(puzzle));
    }
    auto progress = Progress::silent();
    const data::arc::BuildRequest request{.subsets = {subset}, .augmentations = 5};
    data::write_packed(scratch / "data", data::arc::build(request, progress));
    scratch.file("config.yaml",
                 "data: {path: " + (scratch / "data").string() + R"(, task: arc, canvas: 5}
threads: 1
model:
  width: 16
  layers: [{mixer: token_mlp, repeat: 1}]
  input: {prefix: 1, positions: none}
  core: {H_cycles: 2, L_cycles: 2}
  halting: {max_steps: 2}
optim: {weights: {lr: 3e-3}, schedule: {warmup_steps: 5}, ema: 0.9}
train: {steps: 8, batch: 8, log_steps: 2, save_steps: 4}
)");
  }
  SessionResult train(const std::string& name, std::vector<std::string> overrides = {}) const {
    run::RunFolder run(scratch / name);
    return run_session(load_experiment(scratch / "config.yaml", overrides), run);
  }
};

// Kaggle's: {task: [{attempt_1: grid, attempt_2: grid}, ...]}, a grid being equal rows of 0 to 9.
void check_submission(const nlohmann::json& submission,
                      const std::map<std::string, size_t>& tests) {
  REQUIRE(submission.is_object());
  CHECK(submission.size() == tests.size());
  for (const auto& [name, count] : tests) {
    REQUIRE(submission.contains(name));
    REQUIRE(submission[name].is_array());
    CHECK(submission[name].size() == count);
    for (const auto& attempts : submission[name]) {
      CHECK(attempts.size() == 2);
      for (const char* attempt : {"attempt_1", "attempt_2"}) {
        REQUIRE(attempts.contains(attempt));
        const auto& grid = attempts[attempt];
        REQUIRE(grid.is_array());
        CHECK((!grid.empty() && grid.size() <= 30));
        for (const auto& row : grid) {
          CHECK((!row.empty() && row.size() <= 30));
          CHECK(row.size() == grid[0].size());
          for (const auto& cell : row) CHECK((cell.is_number_unsigned() && cell.get<int>() < 10));
        }
      }
    }
  }
}

TEST_CASE("ARC trains, resumes with the same bits, is scored and submitted", "[unit]") {
  const SmallArc small;
  const auto result = small.train("whole");
  CHECK(result.test->puzzles == 2 * 6 * 2);  // two tasks of two tests, each in six copies
  REQUIRE_FALSE(result.test->by_task.empty());
  CHECK(result.test->by_task[0].name == "pass@1");
  std::ifstream file(small.scratch / "whole/outputs/test_step_8_submission.json");
  // Of all tasks of the folder, that which is too large for the canvas, too.
  check_submission(nlohmann::json::parse(file), {{"side3", 2}, {"side4", 2}, {"side9", 2}});

  small.train("stopped", {"train.steps=4"});
  small.train("stopped");
  const auto last = [&](const std::string& run) {
    return small.scratch / (run + "/checkpoints/step_8");
  };
  check_equal_checkpoints(last("whole"), last("stopped"));
}

// Votes of all tests in a votes.json.
int64_t votes_in(const fs::path& file) {
  int64_t votes = 0;
  for (const auto& task : nlohmann::json::parse(read_text(file))) {
    for (const auto& test : task) {
      for (const auto& answer : test["answers"]) votes += answer["votes"].get<int64_t>();
    }
  }
  return votes;
}

TEST_CASE("by the reference's rule votes pile up over a run's evaluations, resumed or not",
          "[unit]") {
  const SmallArc small;
  // What evaluations made is pruned with the checkpoints: this keeps all.
  const std::vector<std::string> compatible = {"evaluate.compatible=true", "train.eval_steps=2",
                                               "train.keep=10"};
  const auto result = small.train("whole", compatible);
  const auto votes = [&](const std::string& run, int step) {
    return small.scratch / (run + "/outputs/test_step_" + std::to_string(step) + "_votes.json");
  };
  for (const int step : {2, 4, 6, 8})
    CHECK(votes_in(votes("whole", step)) == result.test->puzzles * step / 2);

  auto stopping = compatible;
  stopping.push_back("train.steps=4");
  small.train("stopped", stopping);
  small.train("stopped", compatible);
  CHECK(read_text(votes("stopped", 8)) == read_text(votes("whole", 8)));

  small.train("ours", {"train.eval_steps=2"});
  CHECK_FALSE(fs::exists(votes("ours", 8)));
  std::ofstream(votes("whole", 4)) << R"({"side3": [{"input": 3}]})";
  CHECK(contains(error_of([&] {
                   for (const char* step : {"step_6", "step_8"})
                     fs::remove_all(small.scratch / "whole/checkpoints" / step);
                   small.train("whole", compatible);
                 }),
                 "votes.json: task side3"));
}

TEST_CASE("a canvas keeps the embedding of the tasks that fit it", "[unit]") {
  const SmallArc small;
  auto experiment = load_experiment(small.scratch / "config.yaml");
  CHECK(open_puzzles(experiment.data).spec().puzzles == 1 + 2 * 6);
  experiment.data.canvas.reset();
  CHECK(open_puzzles(experiment.data).spec().puzzles == 1 + 3 * 6);
  CHECK(open_puzzles(experiment.data).spec().cells == 900);
}

}  // namespace
}  // namespace trm::experiment
