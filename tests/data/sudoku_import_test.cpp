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

std::vector<Puzzle> read(const fs::path& path) {
  Progress silent = Progress::silent();
  return read_csv(path, silent);
}

const std::string kHeader = "source,question,answer,rating\n";

std::string row_of(const Puzzle& puzzle) {
  return puzzle.source + "," + to_line(puzzle.question) + "," + to_line(puzzle.answer) + "," +
         std::to_string(puzzle.rating) + "\n";
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
      {"s,1...............," + answer + ",0", "question: several solutions"},
      {"s," + question + "," + answer + ",hard",
       "rating: 'hard' is no whole number from 0 to 2147483647"},
      {"s," + question + "," + answer + ",3.5", "rating: '3.5' is no whole number"},
      {"s," + question + "," + answer + ",-3", "rating: '-3' is no whole number"},
      {"s," + question + "," + answer + ",", "rating: '' is no whole number"},
      {"s," + question + "," + answer + ",99999999999", "rating: '99999999999' is no whole"},
      {"s," + question + "," + answer, "3 columns; a row is source,question,answer,rating"},
      {"s," + question + "," + answer + ",0,0", "5 columns; a row is"},
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
  CHECK(message(good) == ": line 1: no header; the first line is source,question,answer,rating");
  CHECK(contains(message(""), "no header"));
  CHECK(contains(message("question,answer\n" + good), "no header"));
  CHECK(message(kHeader) == ": no puzzles; the file ends after its header");
  CHECK(message(kHeader + "\n\n") == ": no puzzles; the file ends after its header");
  CHECK(message(kHeader + "s,12345,12345,0\n") ==
        ": line 2: question: 5 cells; boards have 16, 36, 81 or 256");
  CHECK(contains(message(kHeader + "s\n"), ": line 2: 1 columns"));
  CHECK(contains(error_of([] { read("/nowhere/train.csv"); }), "no such file"));
}

TEST_CASE("of several faulty rows the first is named", "[unit]") {
  std::string text = kHeader;
  const std::string good = row_of(puzzles({2, 2}, 1)[0]);
  for (int line = 2; line <= 20000; ++line) {
    text += line == 9001 || line == 9002 || line == 15000 ? "s,1\n" : good;
  }
  const TemporaryFile file(text);
  for (int round = 0; round < 3; ++round) {
    CHECK(contains(error_of([&] { read(file.path()); }), ": line 9001: 2 columns"));
  }
}

}  // namespace trm::data::sudoku
