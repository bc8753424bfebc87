#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sweep/facts.h"
#include "sweep/members.h"

namespace trm::sweep {

// One score of one row over its seeds. Numbers are as metrics.jsonl has them, accuracies as shares.
struct TableRow {
  std::string arm;  // the row's name: arm and point of the grid
  std::string score;
  std::map<int64_t, double> values = {};            // by seed
  std::optional<double> mean = {}, deviation = {};  // nothing of too few values
  // To the reference, over the seeds that both have: the mean of the differences, its 95 % interval
  // by Student's t, and p, of the paired t test; for a single seed of McNemar's test over puzzles,
  // which exact_accuracy alone has. p is corrected by Holm's rule for the rows of the score.
  std::optional<double> difference = {}, p = {};
  std::optional<std::pair<double, double>> interval = {};
  bool over_puzzles = false;  // p is McNemar's
};

struct Table {
  std::vector<TableRow> rows;      // by row, then by score
  std::vector<Facts> runs;         // that the rows are of
  std::vector<std::string> flags;  // what a reader must know: runs missing, runs that differ
};

// Of the runs that have come to the evaluation that the study asks for; a run that was begun with
// another config is left out, and flagged.
Table table_of(const Study& study);

// "text", "markdown", "latex", "csv" or "json".
std::string table_text(const Study& study, const Table& table, const std::string& format);

}  // namespace trm::sweep
