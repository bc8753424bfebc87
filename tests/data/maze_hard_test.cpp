// Maze-Hard itself, where TRM_MAZE_CSV names the folder of its train.csv and test.csv.

#include <cstdlib>

#include "data/tasks/maze/import.h"
#include "data/tasks/maze/path.h"
#include "data/tasks/maze/task.h"
#include "tests/catch.h"

namespace trm::data::maze {

TEST_CASE("the labels of Maze-Hard follow the rule of shortest_path", "[unit]") {
  const char* folder = std::getenv("TRM_MAZE_CSV");
  if (folder == nullptr || *folder == '\0') return;
  PackedInfo info;
  info.cells = 900;
  info.vocabulary = kVocabulary;
  const Maze task({}, info);
  for (const auto& [name, count] : {std::pair("train.csv", 1000), std::pair("test.csv", 500)}) {
    auto silent = Progress::silent();
    const auto puzzles = read_csv(fs::path(folder) / name, {}, silent).puzzles;
    CHECK(static_cast<int>(puzzles.size()) >= count);
    int64_t by_rule = 0, rated = 0;
    for (const Puzzle& puzzle : puzzles) {
      by_rule += solved(puzzle.question) == puzzle.answer ? 1 : 0;
      rated += shortest_steps(puzzle.question) + 1 == puzzle.rating ? 1 : 0;
      REQUIRE(task.score(widened(puzzle.question), widened(puzzle.answer)) ==
              std::vector<double>{1, 1, 1});
    }
    INFO(name);
    CHECK(by_rule == static_cast<int64_t>(puzzles.size()));
    CHECK(rated == static_cast<int64_t>(puzzles.size()));
  }
}

}  // namespace trm::data::maze
