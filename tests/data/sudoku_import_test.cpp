#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "data/tasks/sudoku/generate.h"
#include "data/tasks/sudoku/import.h"
#include "tests/catch.h"

namespace trm::data::sudoku {
namespace {

// A file that is gone with the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text, const std::string& ending = "csv")
      : path_(fs::temp_directory_path() /
              ("trm_sudoku_import_" + std::to_string(getpid()) + "." + ending)) {
    if (ending != "gz") {
      write_text(path_, text);
      return;
    }
    const gzFile file = gzopen(path_.c_str(), "wb");
    REQUIRE(gzwrite(file, text.data(), static_cast<unsigned>(text.size())) > 0);
    gzclose(file);
  }
  ~TemporaryFile() { fs::remove(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Imported import(const fs::path& path) {
  Progress silent = Progress::silent();
  return read_csv(path, silent);
}

std::vector<Puzzle> read(const fs::path& path) { return import(path).puzzles; }

const std::string kHeader = "source,question,answer,rating\n";

std::string row_of(const Puzzle& puzzle) {
  return puzzle.source + "," + to_line(puzzle.question) + "," + to_line(puzzle.answer) + "," +
         std::to_string(*puzzle.rating) + "\n";
}

std::vector<Puzzle> puzzles(Box box, int64_t count) {
  Progress silent = Progress::silent();
  return generate({.box = box, .train = count, .seed = 31}, silent).train;
}

}  // namespace

TEST_CASE("a file of puzzles is read for every box, plain and gzipped", "[unit]") {
  for (const Box box : kBoxes) {
    INFO(to_string(box));
    const auto written = puzzles(box, 3);
    std::string text = kHeader;
    for (const Puzzle& puzzle : written) text += row_of(puzzle);
    for (const std::string ending : {"csv", "gz"}) {
      const TemporaryFile file(text, ending);
      const auto found = read(file.path());
      REQUIRE(found.size() == 3);
      for (size_t i = 0; i < 3; ++i) {
        CHECK(found[i].question == written[i].question);
        CHECK(found[i].answer == written[i].answer);
        CHECK(found[i].rating == written[i].rating);
        CHECK(found[i].source == "generated");
      }
    }
  }
}

TEST_CASE("zeros and dots are empty cells, letters may be small", "[unit]") {
  const auto written = puzzles({4, 4}, 1);
  std::string text = row_of(written[0]);
  for (char& c : text) c = c == '.' ? '0' : c;
  const size_t comma = text.find(',');
  for (size_t i = comma; i < text.size(); ++i) {
    if (text[i] >= 'A' && text[i] <= 'G') text[i] = static_cast<char>(text[i] - 'A' + 'a');
  }
  const TemporaryFile file(kHeader + text);
  const auto found = read(file.path());
  CHECK(found.at(0).question == written[0].question);
  CHECK(found.at(0).answer == written[0].answer);
}

TEST_CASE("progress counts the rows of a file", "[unit]") {
  std::string shown;
  {
    const TemporaryFile file(kHeader + row_of(puzzles({2, 2}, 1)[0]));
    Progress progress("import", 1, {[&](const std::string& text) { shown += text; }, false, 80});
    read_csv(file.path(), progress);
    progress.finish();
  }
  CHECK(contains(shown, "1"));
}

TEST_CASE("a faulty row is named with its line and its fault", "[unit]") {
  const auto three = puzzles({2, 2}, 3);
  const std::string good = row_of(three[0]);
  const std::string question = to_line(three[0].question), answer = to_line(three[0].answer);
  const size_t given = question.find_first_not_of('.');
  // The answer with another digit where one is given; with two cells swapped that are not.
  std::string contradicts = answer, breaks = answer, empty = answer, twice = question;
  contradicts[given] = contradicts[given] == '1' ? '2' : '1';
  const size_t free = question.find('.');
  breaks[free] = breaks[free] == '1' ? '2' : '1';
  empty[free] = '.';
  const size_t beside = given % 4 == 3 ? given - 1 : given + 1;
  twice[beside] = twice[given];
  const std::string place =
      "row " + std::to_string(given / 4 + 1) + ", column " + std::to_string(given % 4 + 1);

  struct Fault {
    std::string row, message;
  };
  const std::vector<Fault> faults = {
      {"s," + question.substr(1) + "," + answer + ",0",
       "question: 15 cells where line 2 has 16; all boards of a file have one size"},
      {"s," + question + ".," + answer + ",0", "question: 17 cells where line 2 has 16"},
      {"s," + question + "," + answer.substr(2) + ",0", "answer: 14 cells where line 2 has 16"},
      {"s,5" + question.substr(1) + "," + answer + ",0",
       "question: '5' at row 1, column 1; use . or 0 for empty and 1 to 4"},
      {"s," + question + "," + answer.substr(0, 6) + "-" + answer.substr(7) + ",0",
       "answer: '-' at row 2, column 3; use . or 0"},
      {"s," + question.substr(0, 15) + "\t," + answer + ",0", "question: byte 0x09 at row 4"},
      {"s," + question + "," + contradicts + ",0", "answer: " + std::string(1, contradicts[given]) +
                                                       " where " + question[given] +
                                                       " is given, at " + place},
      {"s," + question + "," + breaks + ",0", "answer: a row, column or block has a digit twice"},
      {"s," + question + "," + empty + ",0", "answer: empty at row"},
      {"s," + twice + "," + answer + ",0", "question: no solution"},
      {"s," + question + "," + answer + ",hard",
       "rating: 'hard' is no number from 0 to 2147483647; mend the row, or rename the column"},
      {"s," + question + "," + answer + ",-3", "rating: '-3' is no number"},
      {"s," + question + "," + answer + ",", "rating: '' is no number"},
      {"s," + question + "," + answer + ",99999999999", "rating: '99999999999' is no number"},
      {"s," + question + "," + answer, "3 columns where the first row has 4; mend the row"},
      {"s," + question + "," + answer + ",0,0", "5 columns where the first row has 4"},
  };
  for (const Fault& fault : faults) {
    INFO(fault.row);
    const TemporaryFile file(kHeader + good + row_of(three[1]) + fault.row + "\n" +
                             row_of(three[2]));
    const std::string message = error_of([&] { read(file.path()); });
    CHECK(message.starts_with(file.path().string() + ": line 4: " + fault.message));
  }
}

TEST_CASE("a file without header, rows or a known board is an error", "[unit]") {
  const std::string good = row_of(puzzles({2, 2}, 1)[0]);
  const auto message = [](const std::string& text) {
    const TemporaryFile file(text);
    const std::string error = error_of([&] { read(file.path()); });
    REQUIRE(error.starts_with(file.path().string()));
    return error.substr(file.path().string().size());
  };
  CHECK(message("id;clues\n1;2\n") ==
        ": line 1: no column of puzzles in the header 'id;clues'; name it question, puzzle or "
        "quizzes "
        "(and that of the answers answer or solution)");
  CHECK(contains(message(good), ": line 1: no column of puzzles in the header 'generated,"));
  CHECK(contains(message(""), ": empty; its first line names the columns"));
  CHECK(
      contains(message("question,puzzle\n" + good), "'question' and 'puzzle' could both be meant"));
  CHECK(contains(message("question,answer\n" + good),
                 ": line 2: 4 columns where the first row has 2"));
  CHECK(contains(message(good.substr(good.find(',') + 1)), ": line 1: 3 columns without names"));
  CHECK(message(kHeader) == ": no puzzles; the file ends after its header");
  CHECK(message(kHeader + "\n\n") == ": no puzzles; the file ends after its header");
  CHECK(message(kHeader + "s,12345,12345,0\n") ==
        ": line 2: question: 5 cells; boards have 16, 36, 81 or 256");
  CHECK(contains(message(kHeader + "s\n"), ": line 2: 1 columns"));
  CHECK(contains(error_of([] { read("/nowhere/train.csv"); }), "no such file"));
}

TEST_CASE("columns are found by their names, whatever their order and separator", "[unit]") {
  const auto written = puzzles({2, 2}, 2);
  const auto question = to_line(written[1].question), answer = to_line(written[1].answer);
  const std::string tables[] = {
      "quizzes,solutions\n" + question + "," + answer + "\n",
      "id;Solution;Puzzle;clues;Difficulty\n1;" + answer + ";" + question + ";4;2.5\n",
      "\xEF\xBB\xBF"
      "answer\tquestion\n" +
          answer + "\t" + question + "\n",
      "# ours\n" + question + "," + answer + "\n",
  };
  for (const auto& table : tables) {
    INFO(table);
    const TemporaryFile file(table);
    const auto found = import(file.path());
    REQUIRE(found.puzzles.size() == 1);
    CHECK(found.puzzles[0].question == written[1].question);
    CHECK(found.puzzles[0].answer == written[1].answer);
    CHECK(found.puzzles[0].source.empty());
    CHECK(found.puzzles[0].rating ==
          (contains(table, "Difficulty") ? std::optional<int64_t>(3) : std::nullopt));
    CHECK(found.solved == 0);
  }
}

TEST_CASE("puzzles without answers are solved", "[unit]") {
  const auto written = puzzles({2, 3}, 3);
  std::string list = "# a list\n", table = "puzzle\n";
  for (const auto& puzzle : written) {
    list += to_line(puzzle.question) + "\r\n";
    table += to_line(puzzle.question) + "\n";
  }
  for (const auto& text : {list, table}) {
    const TemporaryFile file(text);
    const auto found = import(file.path());
    REQUIRE(found.puzzles.size() == 3);
    CHECK(found.solved == 3);
    for (size_t i = 0; i < 3; ++i) CHECK(found.puzzles[i].answer == written[i].answer);
  }
  const TemporaryFile ambiguous("1...............\n" + to_line(puzzles({2, 2}, 1)[0].question) +
                                "\n");
  CHECK(contains(error_of([&] { read(ambiguous.path()); }),
                 ": line 1: question: several solutions, and no answer that says which; mend"));
}

TEST_CASE("of a puzzle with several solutions any is an answer", "[unit]") {
  const TemporaryFile file(kHeader + "s,1...............,1234341221434321,0\n");
  CHECK(read(file.path()).size() == 1);
}

TEST_CASE("of several faulty rows the first is told and the others counted", "[unit]") {
  std::string text = kHeader;
  const std::string good = row_of(puzzles({2, 2}, 1)[0]);
  for (int line = 2; line <= 20000; ++line) {
    text += line == 9001 || line == 9002 || line == 15000 ? "s,1\n" : good;
  }
  const TemporaryFile file(text);
  for (int round = 0; round < 3; ++round) {
    const auto message = error_of([&] { read(file.path()); });
    CHECK(contains(message, ": line 9001: 2 columns"));
    CHECK(message.ends_with("; 3 such rows: lines 9001, 9002, 15000"));
  }
}

}  // namespace trm::data::sudoku
