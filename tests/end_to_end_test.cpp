#include <fmt/format.h>

#include "experiment/session.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"
#include "tests/small_sudoku.h"

namespace trm {
namespace {

double test_accuracy(const ScratchFolder& scratch, const std::string& precision) {
  const std::vector<std::string> overrides = {"data.path=" + (scratch / "data").string(),
                                              "device=cpu", "precision=" + precision};
  const auto experiment =
      experiment::load_experiment(fs::path(TRM_SOURCE_DIR) / "configs/tiny.yaml", overrides);
  run::RunFolder run(scratch / ("run_" + precision));
  return experiment::run_session(experiment, run).test->scores.exact_accuracy;
}

}  // namespace

TEST_CASE("configs/tiny.yaml learns 4x4 Sudoku, in bfloat16 as well as in float32", "[unit]") {
  const ScratchFolder scratch;
  SmallSudoku().write(scratch / "data");
  const double single = test_accuracy(scratch, "float32"),
               half = test_accuracy(scratch, "bfloat16");
  fmt::print("exact on 100 unseen puzzles: float32 {:.2f}, bfloat16 {:.2f}\n", single, half);
  CHECK(single >= 0.9);
  CHECK(half >= 0.9);
}

}  // namespace trm
