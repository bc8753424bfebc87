#include <fmt/format.h>

#include <sstream>

#include "tests/catch.h"
#include "tests/program.h"

namespace trm {
namespace {

using Words = std::vector<std::string>;

// Every page of --help.
constexpr const char* kPages[] = {"trm-train",
                                  "trm-eval",
                                  "trm-solve",
                                  "trm-convert",
                                  "trm-bench",
                                  "trm-bench train",
                                  "trm-sweep",
                                  "trm-sweep run",
                                  "trm-sweep status",
                                  "trm-sweep table",
                                  "trm-sweep clean",
                                  "trm-runs",
                                  "trm-runs compare",
                                  "trm-data",
                                  "trm-data build",
                                  "trm-data build sudoku",
                                  "trm-data build maze",
                                  "trm-data build arc",
                                  "trm-data generate",
                                  "trm-data generate sudoku",
                                  "trm-data generate maze",
                                  "trm-data fetch",
                                  "trm-data inspect"};

// A command on a page of that many columns.
Finished run(const ScratchFolder& scratch, const std::string& command, int columns) {
  std::istringstream rest(command);
  std::string program;
  rest >> program;
  Words words;
  for (std::string word; rest >> word;) words.push_back(word);
  return run_to_end(scratch, program, words, {fmt::format("COLUMNS={}", columns)});
}

// What it prints.
std::string page(const ScratchFolder& scratch, const std::string& command, int columns) {
  const auto done = run(scratch, command, columns);
  INFO(done.err);
  REQUIRE(done.code == 0);
  return done.out;
}

// No line is longer than the page, unless it is one word.
void check_fits(const std::string& text, size_t columns) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    const auto word = line.find_first_not_of(' ');
    const bool one_word = word != std::string::npos && line.find(' ', word) == std::string::npos;
    CHECK((line.size() <= columns || one_word));
  }
}

}  // namespace

TEST_CASE("every help page fits its width, and has examples of its own", "[unit]") {
  const ScratchFolder scratch;
  for (const std::string command : kPages) {
    INFO(command);
    const auto text = page(scratch, command + " --help", 80);
    check_fits(text, 80);
    check_fits(page(scratch, command + " --help", 120), 120);
    CHECK(contains(text, "Usage: " + command + " "));
    REQUIRE(contains(text, "Examples:\n"));
    // The first example is of this command.
    CHECK(contains(text, "Examples:\n  " + command + " "));
    for (const char* type : {"INT", "UINT", "FLOAT", " TEXT", " in ["})
      CHECK_FALSE(contains(text, type));
  }
}

TEST_CASE("--help-config is of all keys, of a section, or of a word", "[unit]") {
  const ScratchFolder scratch;
  const auto all = page(scratch, "trm-train --help-config", 80);
  check_fits(all, 80);
  CHECK(contains(all, "\nmodel.core.H_cycles = 3\n"));
  CHECK(contains(all, "whole number, at least 1"));
  const auto section = page(scratch, "trm-train --help-config optim", 80);
  CHECK(section.starts_with("optim.weights = adam_atan2\n"));
  CHECK_FALSE(contains(section, "model.width"));
  CHECK(contains(page(scratch, "trm-train --help-config exploration", 80),
                 "model.halting.exploration = "));
  const auto none = run(scratch, "trm-train --help-config modell", 80);
  CHECK(none.code == 2);
  CHECK(contains(none.err, "did you mean 'model'?"));
}

}  // namespace trm
