#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "apps/overrides.h"

namespace trm::apps {

// How the programs that use a trained model name what they take of it and of its data, in the same
// words: --run, --data, --split, --unknown, --depth, --weights, --device.
struct ModelOptions {
  std::string run;  // --run, for who names it so
  std::string split = "test";
  std::string unknown = "refuse";  // puzzles that the model does not know by name
  std::string weights = "ema";

  void add(CLI::App& command, Overrides& overrides);
};

}  // namespace trm::apps
