#pragma once

#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/experiment/small_experiment.h"
#include "tests/program.h"

namespace trm {

// A model that has been trained for a few steps and is often wrong.
struct SolveModel {
  experiment::SmallExperiment small;
  std::string run = (small.scratch / "run").string();

  // More keys of the config, and the data in place of 4x4 Sudoku.
  explicit SolveModel(std::vector<std::string> overrides = {}) {
    std::vector<std::string> arguments = {small.config().string(), "--run", run};
    arguments.insert(arguments.end(), overrides.begin(), overrides.end());
    const auto done = run_to_end(small.scratch, "trm-train", arguments);
    INFO(done.err);
    REQUIRE(done.code == 0);
  }
  Finished solve(std::vector<std::string> arguments, const std::string& input = "/dev/null") const {
    arguments.insert(arguments.begin(), run);
    Program program(small.scratch, "trm-solve", arguments, {}, input);
    const int code = program.wait();
    return {code, program.out(), program.err()};
  }
  std::string write(const std::string& name, const std::string& text) const {
    return small.scratch.file(name, text).string();
  }
};

}  // namespace trm
