#include "report/player.h"

#include <map>
#include <nlohmann/json.hpp>

#include "report/codes.h"
#include "report/looks.h"
#include "tests/catch.h"
#include "tests/report/sample.h"

namespace trm::report {
namespace {

using nlohmann::json;

// Reads rows as the script does, by its own means.
std::vector<std::vector<int>> rows_of(const json& codes, size_t cell_digits, size_t digits) {
  const auto number = [](const std::string& text) {
    return text[0] == '-' ? -1 : std::stoi(text, nullptr, 36);
  };
  std::vector<std::vector<int>> rows;
  std::vector<int> now;
  for (const auto& each : codes) {
    const auto code = each.get<std::string>();
    if (code.starts_with('=')) {
      now.clear();
      for (size_t at = 1; at < code.size(); at += digits)
        now.push_back(number(code.substr(at, digits)));
    } else {
      for (size_t at = 0; at < code.size(); at += cell_digits + digits)
        now.at(static_cast<size_t>(number(code.substr(at, cell_digits)))) =
            number(code.substr(at + cell_digits, digits));
    }
    rows.push_back(now);
  }
  return rows;
}

std::vector<Outcome> outcomes_of(const data::Task& task, const std::vector<Played>& puzzles) {
  std::vector<Outcome> outcomes;
  for (const auto& puzzle : puzzles) outcomes.push_back(outcome_of(puzzle, task));
  return outcomes;
}

json data_of(const data::Task& task, const std::vector<Played>& puzzles) {
  return json::parse(player_data(task, puzzles, outcomes_of(task, puzzles)));
}

// Every answer of a page's data is the one that was given, told by the texts of its looks.
void check_answers(const json& data, const std::vector<Played>& puzzles,
                   const std::map<std::string, data::Token>& tokens) {
  for (size_t i = 0; i < puzzles.size(); ++i) {
    const auto rows =
        rows_of(data["puzzles"][i]["answers"], data["cellDigits"], data["tokenDigits"]);
    REQUIRE(rows.size() == puzzles[i].frames.size());
    for (size_t step = 0; step < rows.size(); ++step) {
      std::vector<data::Token> answer;
      for (const int look : rows[step]) {
        const auto& its = data["looks"][static_cast<size_t>(look)];
        answer.push_back(tokens.at(its.value("text", its.value("colour", std::string()))));
      }
      CHECK(answer == puzzles[i].frames[step].answer);
    }
  }
}

}  // namespace

TEST_CASE("a row is told by what differs from the one before, or whole where that is shorter",
          "[unit]") {
  const Codes codes(81, 11);
  CHECK(codes.cell_digits() == 2);
  CHECK(codes.value_digits() == 1);
  CHECK(Codes(36, 36).cell_digits() == 1);
  CHECK(Codes(37, 37).value_digits() == 2);
  CHECK(Codes(4096, 2).cell_digits() == 3);
  const std::vector<int> none(81, -1), ones(81, 1);
  auto some = ones;
  some[40] = 10;
  some[80] = -1;
  CHECK(codes.changes(none, ones) == "=" + std::string(81, '1'));
  CHECK(codes.changes(ones, some) == "14a28-");
  CHECK(codes.changes(ones, ones).empty());
  CHECK(Codes(2, 1000).row(std::vector<int>{-1, 999}) == "--rr");
}

TEST_CASE("looks of a Sudoku are its digits, on shades of the blocks", "[unit]") {
  const data::Sudoku task({}, info_of(16, 6));
  const auto looks = looks_of(task, 16, {0, 1, 2, 5});
  CHECK(looks.rows == 4);
  CHECK(looks.columns == 4);
  REQUIRE(looks.looks.size() == 4);
  CHECK(looks.looks[1].text.empty());
  CHECK(looks.looks[3].text == "4");
  CHECK_FALSE(looks.looks[3].colour);
  CHECK(looks.looks[3].kept);
  CHECK_FALSE(looks.looks[1].kept);
  CHECK(looks.shades == std::vector<int>{0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0});
}

TEST_CASE("looks of mazes and grids are their colours; around a grid there is nothing", "[unit]") {
  const data::Maze maze({}, info_of(16, data::maze::kVocabulary));
  const auto looks = looks_of(maze, 16, {1, 2, 3, 5});
  CHECK(looks.looks[0].colour == 0x222222);
  CHECK(looks.looks[2].text == "S");
  CHECK(looks.looks[3].colour == 0x7fdbff);
  CHECK(looks.shades.empty());
  const data::Arc arc({}, info_of(25, data::arc::kVocabulary));
  const auto grid = looks_of(arc, 25, {0, 1, 4});
  CHECK(grid.rows == 5);
  CHECK_FALSE(grid.looks[0].there);
  CHECK_FALSE(grid.looks[1].there);
  CHECK(grid.looks[2].colour == 0xff4136);
  const auto nothing = looks_of(arc, 25, {0});
  CHECK(nothing.columns == 5);
  const data::TokenGrid tokens({}, info_of(6, 100));
  const auto numbers = looks_of(tokens, 6, {7, 42});
  CHECK(numbers.columns == 3);
  CHECK(numbers.looks[1].text == "42");
}

TEST_CASE("a page's data hold every answer of every step", "[unit]") {
  const data::Sudoku sudoku({}, info_of(81, 11));
  const auto boards = played_sudoku(6);
  const auto data = data_of(sudoku, boards);
  std::map<std::string, data::Token> digits = {{"", 1}};
  for (int digit = 1; digit <= 9; ++digit) digits.emplace(std::to_string(digit), digit + 1);
  check_answers(data, boards, digits);
  // Confidence is in 36 shades.
  const auto shades = rows_of(data["puzzles"][3]["confidence"], data["cellDigits"], 1);
  REQUIRE(shades.size() == boards[3].frames.size());
  for (size_t step = 0; step < shades.size(); ++step) {
    for (size_t cell = 0; cell < 81; ++cell)
      CHECK(shades[step][cell] == boards[3].frames[step].confidence[cell] * 36 / 256);
  }
  CHECK(data["puzzles"][4]["label"] == std::string(81, '-'));

  const data::Maze maze({}, info_of(144, data::maze::kVocabulary));
  const auto mazes = played_mazes();
  check_answers(data_of(maze, mazes), mazes,
                {{"#222222", 1}, {"#ffffff", 2}, {"S", 3}, {"G", 4}, {"#7fdbff", 5}});
}

TEST_CASE("an outcome says what is right, when the answer stood, and what went wrong", "[unit]") {
  const data::Sudoku sudoku({}, info_of(81, 11));
  auto boards = played_sudoku(5);
  const auto outcomes = outcomes_of(sudoku, boards);
  CHECK(outcomes[0].right);
  CHECK(outcomes[0].right_cells == 81);
  CHECK(outcomes[0].mistake.empty());
  CHECK(outcomes[0].last_change == 6);  // of 8 steps the last two change nothing
  CHECK_FALSE(outcomes[1].right);
  CHECK(outcomes[1].right_cells == 80);
  CHECK(outcomes[1].mistake == "rule broken");
  CHECK(outcomes[2].mistake == "empty cells");
  CHECK(outcomes[3].mistake == "givens broken");
  CHECK_FALSE(outcomes[4].known);
  CHECK_FALSE(outcomes[4].right);
  CHECK(outcomes[4].mistake.empty());
  boards[0].frames.resize(1);
  CHECK(outcome_of(boards[0], sudoku).last_change == 1);
  boards[0].frames.clear();
  CHECK_THROWS_AS(outcome_of(boards[0], sudoku), std::logic_error);

  const data::Arc arc({}, info_of(144, data::arc::kVocabulary));
  const auto grids = outcomes_of(arc, played_arc());
  CHECK(grids[0].right);
  CHECK(grids[0].cells == 12 + 7);  // the grid and its ends
  CHECK(grids[1].mistake == "wrong size");

  const auto counts = count_mistakes({outcomes[1], outcomes[2], outcomes[2], outcomes[0]});
  REQUIRE(counts.size() == 2);
  CHECK(counts[0].name == "empty cells");
  CHECK(counts[0].puzzles == 2);
}

TEST_CASE("two hundred boards of sixteen steps that change everywhere are below a megabyte",
          "[unit]") {
  const data::Sudoku sudoku({}, info_of(81, 11));
  Stream stream(1, "size");
  std::vector<Played> puzzles(200);
  for (auto& puzzle : puzzles) {
    puzzle.input.assign(81, 1);
    puzzle.label.assign(81, 2);
    for (int step = 0; step < 16; ++step) {
      Frame frame;
      for (int cell = 0; cell < 81; ++cell) {
        frame.answer.push_back(static_cast<data::Token>(1 + stream.below(10)));
        frame.confidence.push_back(static_cast<uint8_t>(stream.below(256)));
      }
      puzzle.frames.push_back(std::move(frame));
    }
  }
  const auto text = player_data(sudoku, puzzles, outcomes_of(sudoku, puzzles));
  CHECK(text.size() > 200 * 16 * 81);
  CHECK(text.size() < 1'000'000);
}

TEST_CASE("puzzles of different cells have no page", "[unit]") {
  const data::TokenGrid task({}, info_of(2, 9));
  std::vector<Played> puzzles(2);
  puzzles[0] = {.input = {1, 2}, .label = {1, 2}, .frames = {{.answer = {1, 2}}}};
  puzzles[1] = {.input = {1}, .label = {1}, .frames = {{.answer = {1}}}};
  CHECK_THROWS_AS(data_of(task, puzzles), std::logic_error);
}

}  // namespace trm::report
