#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "figure/page.h"
#include "sweep/run_curves.h"

namespace trm::sweep {

// What is compared on a page: groups of runs that differ in their seeds alone, as the arms of a
// study, or single runs.
struct Comparison {
  struct Group {
    std::string name;
    std::vector<RunCurves> runs;                 // of those that have begun
    std::optional<double> step_operations = {};  // of a step's matrix products, FLOP
  };
  // A table with a heading before it, and with what is to be said of it.
  struct Section {
    std::string heading;
    figure::Table table;
    std::vector<std::string> notes = {};
  };

  std::string title;
  std::vector<std::pair<std::string, std::string>> facts = {};
  std::vector<std::string> flags = {};   // what a reader must know
  std::vector<std::string> scores = {};  // that have charts, besides the losses
  std::vector<Group> groups = {};
  std::vector<Section> results = {}, details = {};  // before the charts, and behind them
};

struct PageOptions {
  bool logarithmic_losses = false;
};

// The whole page: losses and scores against steps, seconds and arithmetic, a curve a group with a
// band over its runs; exact accuracy against supervision steps; the tables.
std::string comparison_page(const Comparison& comparison, const PageOptions& options = {});

}  // namespace trm::sweep
