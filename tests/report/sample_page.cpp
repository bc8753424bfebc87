// Pages of evaluations of models that are not there, for tests that look at pages in a browser:
//   report_sample FOLDER        sudoku.html, maze.html, arc.html, bare.html

#include <iostream>

#include "core/file.h"
#include "tests/report/sample.h"

namespace trm::report {
namespace {

void write_pages(const fs::path& folder) {
  const data::Sudoku sudoku({}, info_of(81, 11));
  auto boards = played_sudoku(20, 16);
  boards[0].title = "</script><img src=x onerror=alert(1)> \"a\" & <b>";
  const data::Maze maze({}, info_of(144, data::maze::kVocabulary));
  const data::Arc arc({}, info_of(144, data::arc::kVocabulary));
  const auto evaluation = full_evaluation();
  const std::vector<std::pair<std::string, std::string>> pages = {
      {"sudoku.html",
       evaluation_page("runs/first: <test> of data/sudoku", evaluation, sudoku, boards)},
      {"maze.html", evaluation_page("mazes", {{"exact_accuracy", 0.5}}, maze, played_mazes())},
      {"arc.html", evaluation_page("grids", {{"exact_accuracy", 0.5}}, arc, played_arc())},
      {"bare.html",
       evaluation_page("bare", {{"exact_accuracy", 0.25}, {"by_step", nullptr}}, sudoku, {})}};
  for (const auto& [name, text] : pages) write_text(folder / name, text);
}

}  // namespace
}  // namespace trm::report

int main(int count, char** words) {
  if (count != 2) {
    std::cerr << "error: report_sample FOLDER\n";
    return 2;
  }
  trm::report::write_pages(words[1]);
}
