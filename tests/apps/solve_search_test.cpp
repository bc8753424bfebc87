// trm-solve with the keys of a search.

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/apps/solve_model.h"
#include "tests/catch.h"

namespace trm {
namespace {

using nlohmann::json;

constexpr const char* kPuzzles = "1.3434122143432.\n.2..3...2.......\n";

// Of each puzzle, what --json says.
std::vector<json> solved(const SolveModel& model, std::vector<std::string> words) {
  const auto lines = (model.small.scratch / "out.jsonl").string();
  words.insert(words.end(), {"--file", model.write("puzzles.txt", kPuzzles), "--json", lines});
  const auto done = model.solve(words);
  INFO(done.err);
  REQUIRE(done.code == 0);
  std::istringstream text(read_text(lines));
  std::vector<json> puzzles;
  for (std::string line; std::getline(text, line);) puzzles.push_back(json::parse(line));
  REQUIRE(puzzles.size() == 2);
  return puzzles;
}

}  // namespace

TEST_CASE("trm-solve: a search is a function of its keys, and its first trajectory of one alone",
          "[unit]") {
  const SolveModel model;
  const auto plain = solved(model, {"evaluate.depth=5"});
  const std::vector<std::string> noisy = {"evaluate.depth=5", "evaluate.noise.sigma=2"};
  auto broad = noisy;
  broad.insert(broad.end(), {"evaluate.breadth=6", "evaluate.select=last"});
  const auto one = solved(model, noisy);
  CHECK(one == solved(model, noisy));
  CHECK(one != plain);
  CHECK(solved(model, broad) == one);
  // The most confident of several is at least as confident as the first.
  broad.back() = "evaluate.select=best_q";
  const auto best = solved(model, broad);
  for (size_t i = 0; i < best.size(); ++i)
    CHECK(best[i]["steps"].back()["halting_probability"] >=
          one[i]["steps"].back()["halting_probability"]);
}

TEST_CASE("trm-solve: a puzzle that halts has no more steps", "[unit]") {
  const SolveModel model;
  const auto puzzle = std::string("1.3434122143432.");
  const auto at_once =
      model.solve({puzzle, "evaluate.depth=5", "evaluate.halt=q", "evaluate.threshold.q=-1000"});
  INFO(at_once.err);
  CHECK(at_once.code == 0);
  CHECK(contains(at_once.out, "step 1: "));
  CHECK_FALSE(contains(at_once.out, "step 2: "));
  const auto never =
      model.solve({puzzle, "evaluate.depth=5", "evaluate.halt=q", "evaluate.threshold.q=1000"});
  CHECK(contains(never.out, "step 5: "));
  const auto refused = model.solve({puzzle, "evaluate.breadth=3"});
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "evaluate.breadth: 3 trajectories that are all alike"));
}

}  // namespace trm
