#include "experiment/signature.h"

#include <sstream>

#include "tests/catch.h"
#include "tests/scratch_folder.h"
#include "tests/small_sudoku.h"

namespace trm {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

// A change that moves these numbers on purpose writes them anew:
//   build/release/bin/trm-train configs/tiny.yaml device=cpu precision=float32 --signature
TEST_CASE("the signature of configs/tiny.yaml is the one in tests/signature.txt", "[unit]") {
  const ScratchFolder scratch;
  SmallSudoku().write(scratch / "data");
  const std::vector<std::string> overrides = {"data.path=" + (scratch / "data").string(),
                                              "device=cpu", "precision=float32"};
  const auto found = lines_of(experiment::signature(
      experiment::load_experiment(fs::path(TRM_SOURCE_DIR) / "configs/tiny.yaml", overrides)));
  const auto expected = lines_of(read_text(fs::path(TRM_SOURCE_DIR) / "tests/signature.txt"));
  REQUIRE(found.size() == expected.size());
  double difference = 1e-6;
  for (size_t i = 0; i < found.size(); ++i) {
    INFO(found[i]);
    std::istringstream ours(found[i]), theirs(expected[i]);
    std::string word, other;
    double token_loss = 0, halting_loss = 0, token_golden = 0, halting_golden = 0;
    ours >> word;
    theirs >> other;
    if (word != "loss") {
      CHECK(found[i] == expected[i]);
      continue;
    }
    CHECK(word == other);
    ours >> token_loss >> halting_loss;
    theirs >> token_golden >> halting_golden;
    // Sums of floats differ between machines, in the eighth digit, and each step of training makes
    // the difference two to four times as large (measured: AVX2 by tiles and by plain products
    // against AVX-512). The last digit that is written is one more.
    difference *= 3;
    CHECK(token_loss == Approx(token_golden).epsilon(difference).margin(2e-6));
    CHECK(halting_loss == Approx(halting_golden).epsilon(difference).margin(2e-6));
  }
}

}  // namespace trm
