#include <zlib.h>

#include <map>
#include <string>
#include <vector>

#include "data/tasks/maze/import.h"
#include "data/tasks/maze/path.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::data::maze {
namespace {

const std::string kHeader = "source,question,answer,rating\n";
const std::string kQuestion =
    "S # "
    "  # "
    "#   "
    "  #G";
const std::string kAnswer =
    "So# "
    " o# "
    "#ooo"
    "  #G";
const std::string kGood = "made," + kQuestion + "," + kAnswer + ",7\n";

std::vector<Puzzle> read(const fs::path& path, const std::string& symbols = "") {
  Progress silent = Progress::silent();
  return read_csv(path, Symbols(symbols), silent).puzzles;
}

// The text with the cell of that row and column, counted from 1, changed.
std::string with(std::string text, size_t row, size_t column, char c) {
  text[(row - 1) * 4 + column - 1] = c;
  return text;
}

}  // namespace

TEST_CASE("a file of mazes is read, plain and gzipped", "[unit]") {
  const ScratchFolder folder;
  const std::string text = kHeader + kGood + "\r\n" + kGood;
  const auto plain = folder.file("train.csv", text), zipped = folder / "train.csv.gz";
  const gzFile file = gzopen(zipped.c_str(), "wb");
  REQUIRE(gzwrite(file, text.data(), static_cast<unsigned>(text.size())) > 0);
  gzclose(file);
  for (const auto& path : {plain, zipped}) {
    const auto found = read(path);
    REQUIRE(found.size() == 2);
    CHECK(found[1].question == Grid{3, 2, 1, 2, 2, 2, 1, 2, 1, 2, 2, 2, 2, 2, 1, 4});
    CHECK(found[1].answer == Grid{3, 5, 1, 2, 2, 5, 1, 2, 1, 5, 5, 5, 2, 2, 1, 4});
    CHECK(found[1].rating == 7);
    CHECK(found[1].source == "made");
  }
}

TEST_CASE("progress counts the rows of a file of mazes", "[unit]") {
  const ScratchFolder folder;
  std::string shown;
  Progress progress("import", 2, {[&](const std::string& text) { shown += text; }, false, 80});
  read_csv(folder.file("train.csv", kHeader + kGood + kGood), {}, progress);
  progress.finish();
  CHECK(contains(shown, "2/2"));
}

TEST_CASE("a faulty maze is named with its line, its cell and its fault", "[unit]") {
  const auto row = [](const std::string& question, const std::string& answer) {
    return "s," + question + "," + answer + ",7";
  };
  const std::string good = kQuestion + "," + kAnswer;
  struct Fault {
    std::string row, message;
  };
  const std::vector<Fault> faults = {
      {row(kQuestion.substr(1), kAnswer),
       "question: 15 cells where line 2 has 16; all mazes of a file have one size"},
      {row(kQuestion + "#########", kAnswer), "question: 25 cells where line 2 has 16"},
      {row(kQuestion, kAnswer + " "), "answer: 17 cells where the question has 16"},
      {row(with(kQuestion, 2, 3, 'x'), kAnswer), "question: 'x' at row 2, column 3; use # for"},
      {row(kQuestion, with(kAnswer, 4, 2, '\t')), "answer: byte 0x09 at row 4, column 2; use #"},
      {row(with(kQuestion, 1, 2, 'o'), kAnswer), "question: 'o' at row 1, column 2; mend"},
      {row(with(kQuestion, 1, 1, ' '), kAnswer), "question: no S; mend"},
      {row(with(kQuestion, 4, 4, '#'), kAnswer), "question: no G; mend"},
      {row(with(kQuestion, 2, 4, 'S'), kAnswer), "question: a second S at row 2, column 4"},
      {row(with(kQuestion, 4, 1, 'G'), kAnswer), "question: a second G at row 4, column 4"},
      {row(kQuestion, with(kAnswer, 1, 3, 'o')),
       "answer: 'o' where the question has '#', at row 1, column 3"},
      {row(kQuestion, with(kAnswer, 1, 4, '#')),
       "answer: '#' where the question has ' ', at row 1, column 4"},
      {row(kQuestion, with(kAnswer, 1, 1, 'o')),
       "answer: 'o' where the question has 'S', at row 1, column 1"},
      {row(kQuestion, with(kAnswer, 4, 1, 'G')),
       "answer: 'G' where the question has ' ', at row 4, column 1"},
      {row(kQuestion, kQuestion),
       "answer: the path from S ends at row 1, column 1 without reaching G; mend or leave out"},
      {row(kQuestion, with(kAnswer, 3, 3, ' ')),
       "answer: the path from S ends at row 3, column 2 without reaching G"},
      {row(kQuestion, with(kAnswer, 1, 4, 'o')),
       "answer: the 'o' at row 1, column 4 does not hang together with the path"},
      {"s," + good + ",hard", "rating: 'hard' is no number from 0 to 2147483647"},
      {"s," + good + ",-7", "rating: '-7' is no number"},
      {"s," + good + ",nan", "rating: 'nan' is no number"},
      {"s," + good + ",99999999999", "rating: '99999999999' is no number"},
      {"s," + good + ",", "rating: '' is no number"},
      {"s," + good, "3 columns where the first row has 4; mend the row"},
      {"s," + good + ",7,7", "5 columns where the first row has 4"},
  };
  const ScratchFolder folder;
  for (const Fault& fault : faults) {
    INFO(fault.row);
    const auto file = folder.file("train.csv", kHeader + kGood + kGood + fault.row + "\n" + kGood);
    const auto message = error_of([&] { read(file); });
    CHECK(message.starts_with(file.string() + ": line 4: " + fault.message));
    CHECK_FALSE(contains(message, "\n"));
  }
}

TEST_CASE("a file without header, mazes or a square is an error", "[unit]") {
  const ScratchFolder folder;
  const auto message = [&](const std::string& text) {
    const auto file = folder.file("train.csv", text);
    const auto error = error_of([&] { read(file); });
    REQUIRE(error.starts_with(file.string()));
    return error.substr(file.string().size());
  };
  CHECK(contains(message(kGood), ": line 1: no column of puzzles in the header 'made,S # "));
  CHECK(contains(message(""), ": empty; its first line names the columns"));
  CHECK(message(kHeader) == ": no mazes; the file ends after its header");
  for (const auto& cells : {std::string("S"), std::string("SG #G"), std::string(65 * 65, ' ')}) {
    CHECK(message(kHeader + "s," + cells + "," + cells + ",0\n") ==
          ": line 2: question: " + std::to_string(cells.size()) +
              " cells; a maze is a square of 2 to 64 cells a side");
  }
  CHECK(contains(message(kHeader + "s\n"), ": line 2: 1 columns"));
  CHECK(contains(error_of([] { read("/nowhere/train.csv"); }), "no such file"));
}

TEST_CASE("a maze may go over several lines, and rows be a list without header", "[unit]") {
  const ScratchFolder folder;
  const auto lines = [](const std::string& cells) {
    return "\"" + cells.substr(0, 4) + "\n" + cells.substr(4, 4) + "\r\n" + cells.substr(8, 4) +
           "\n" + cells.substr(12) + "\n\"";
  };
  const auto table = read(
      folder.file("a.csv", "Maze;Solution\n" + lines(kQuestion) + ";" + lines(kAnswer) + "\n"));
  const auto list = read(folder.file("b.csv", kQuestion + "," + kAnswer + "\n"));
  const auto expected = read(folder.file("c.csv", kHeader + kGood));
  for (const auto& found : {table, list}) {
    REQUIRE(found.size() == 1);
    CHECK(found[0].question == expected[0].question);
    CHECK(found[0].answer == expected[0].answer);
    CHECK_FALSE(found[0].rating);
  }
}

TEST_CASE("mazes without answers get the path of the generator's rule", "[unit]") {
  const ScratchFolder folder;
  auto silent = Progress::silent();
  const auto found = read_csv(folder.file("a.csv", "question\n" + kQuestion + "\n"), {}, silent);
  CHECK(found.solved == 1);
  CHECK(found.puzzles[0].answer == solved(found.puzzles[0].question));
  const auto walled = folder.file("b.csv", "question\n" + with(kQuestion, 3, 4, '#') + "\n");
  CHECK(contains(error_of([&] { read(walled); }), "line 2: question: no path from S to G"));
}

TEST_CASE("symbols say what other characters stand for", "[unit]") {
  const ScratchFolder folder;
  const std::map<char, std::string> other = {
      {'#', "\xE2\x96\x88"}, {' ', ","}, {'S', "G"}, {'G', "X"}, {'o', "="}};
  const auto field = [&](const std::string& cells) {
    std::string text;
    for (const char c : cells) text += other.at(c);
    return "\"" + text + "\"";
  };
  const auto file =
      folder.file("a.csv", kHeader + "made," + field(kQuestion) + "," + field(kAnswer) + ",7\n");
  const auto expected = read(folder.file("b.csv", kHeader + kGood));
  const auto found = read(file, "wall=\xE2\x96\x88,open=,,start=G,goal=X,path==");
  REQUIRE(found.size() == 1);
  CHECK(found[0].question == expected[0].question);
  CHECK(found[0].answer == expected[0].answer);
  CHECK(contains(error_of([&] { read(file); }), "say with --symbols what other characters are"));
  for (const char* wrong : {"floor=1", "wall", "wall=", "wall=12", "=1"})
    CHECK(contains(error_of([&] { Symbols{wrong}; }), "--symbols: cannot read '"));
  CHECK(contains(error_of([] { Symbols("wall=1,open=1"); }), "'1' cannot stand for two"));
}

TEST_CASE("of several faulty mazes the first is told and the others counted", "[unit]") {
  const ScratchFolder folder;
  const auto bad = "s," + with(kQuestion, 1, 1, ' ') + "," + kAnswer + ",7\n";
  const auto file = folder.file("a.csv", kHeader + kGood + bad + bad + "s,1\n" + bad);
  CHECK(error_of([&] { read(file); }) ==
        file.string() +
            ": line 3: question: no S; mend or leave out the row; 3 such rows: lines 3, "
            "4, 6; 1 row with other faults, the first at line 5");
}

TEST_CASE("mazes of the least and the largest side are read", "[unit]") {
  const ScratchFolder folder;
  std::string large(64 * 64, '#');
  large[0] = 'S';
  large[1] = 'G';
  CHECK(read(folder.file("a.csv", kHeader + "s,SG##,SG##,2\n")).size() == 1);
  CHECK(read(folder.file("b.csv", kHeader + "s," + large + "," + large + ",2\n")).size() == 1);
}

}  // namespace trm::data::maze
