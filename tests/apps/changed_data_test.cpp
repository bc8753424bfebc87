#include <fstream>
#include <functional>

#include "run/checkpoint.h"
#include "tests/catch.h"
#include "tests/experiment/run_comparison.h"
#include "tests/experiment/small_experiment.h"
#include "tests/program.h"

namespace trm {
namespace {

using experiment::SmallExperiment;

std::vector<std::string> command(const SmallExperiment& small, const std::string& run,
                                 int64_t steps) {
  return {small.config().string(),       "train.steps=" + std::to_string(steps),
          "train.eval_steps=null",       "train.save_steps=50",
          "train.log_steps=1",           "--run",
          (small.scratch / run).string()};
}

void overwrite(const fs::path& file) {
  std::fstream(file, std::ios::in | std::ios::out | std::ios::binary)
      .seekp(200)
      .write("\1\1\1\1", 4);
}

}  // namespace

TEST_CASE("a data folder changed in place during a run changes no weight, and is said", "[unit]") {
  constexpr int64_t kSteps = 150;
  const SmallExperiment small;
  REQUIRE(run_to_end(small.scratch, "trm-train", command(small, "alone", kSteps)).code == 0);
  const auto inputs = small.scratch / "data/train/all__inputs.npy";
  const auto original = read_text(inputs);
  const auto cut = [&] { fs::resize_file(inputs, 130); };
  const auto changed = [&] { overwrite(inputs); };
  for (const auto& damage : std::vector<std::function<void()>>{cut, changed}) {
    fs::remove_all(small.scratch / "run");
    write_text(inputs, original);
    Program program(small.scratch, "trm-train", command(small, "run", kSteps));
    while (program.running() && log_of(small.scratch / "run").empty()) ::usleep(2000);
    damage();
    CHECK(program.wait() == 0);
    CHECK(contains(program.err(), "all__inputs.npy: changed since the run began"));
    check_equal_checkpoints(small.scratch / "alone/checkpoints/step_150",
                            small.scratch / "run/checkpoints/step_150");
  }
}

TEST_CASE("what was learned is saved before bad data stop a run", "[unit]") {
  const SmallExperiment small;
  const auto inputs = small.scratch / "data/train/all__inputs.npy";
  auto bytes = read_text(inputs);
  bytes.back() = 77;  // a token that is none, of the last example
  write_text(inputs, bytes);
  const auto done =
      run_to_end(small.scratch, "trm-train",
                 {small.config().string(), "data.validation=0", "train.batch=4",
                  "train.save_steps=1000", "--run", (small.scratch / "run").string()});
  INFO(done.err);
  CHECK(done.code == 2);
  CHECK(contains(done.err, "cell 15: token 77 in a vocabulary of 6"));
  const auto steps = log_of(small.scratch / "run").size();
  int64_t saved = 0;
  for (const auto& entry : fs::directory_iterator(small.scratch / "run/checkpoints"))
    saved += run::is_checkpoint(entry.path()) ? 1 : 0;
  CHECK((saved == 1 || steps == 0));
}

TEST_CASE("another test split is noticed when a run goes on", "[unit]") {
  const SmallExperiment small;
  REQUIRE(run_to_end(small.scratch, "trm-train", command(small, "run", 4)).code == 0);
  overwrite(small.scratch / "data/test/all__labels.npy");
  const auto done = run_to_end(small.scratch, "trm-train", command(small, "run", 8));
  INFO(done.err);
  CHECK(done.code == 2);
  CHECK(contains(done.err, "not the test data that"));
}

}  // namespace trm
