#include "sweep/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/statistics.h"
#include "experiment/puzzles.h"
#include "format/safetensors.h"
#include "sweep/halving.h"
#include "sweep/member_notes.h"
#include "sweep/run_log.h"

namespace trm::sweep {
namespace {

// A run that the table has.
struct Counted {
  const Member* member;
  Evaluated evaluation;
};
using BySeed = std::map<int64_t, Counted>;

std::string why_not(const Member& member, const Definition& definition,
                    const std::string& dropped) {
  if (!dropped.empty()) return "was " + dropped;
  const auto notes = read_notes(member);
  const auto step = read_run_log(member.folder).step;
  if (is_taken(member)) return fmt::format("is still running, at step {}", step);
  if (notes && notes->state == "failed") return "failed: " + notes->why;
  if (!fs::exists(member.folder / "config.yaml")) return "was not begun";
  if (const auto other = test_changes_of(member); !other.empty())
    return fmt::format("was tested otherwise ({}); trm-sweep run sees to it",
                       fmt::join(other, "; "));
  if (definition.step)
    return fmt::format("has no {} evaluation after step {}", definition.evaluation,
                       *definition.step);
  return fmt::format("has not come to its end, but to step {}", step);
}

// Each puzzle's result: 1 right, 0 wrong, -1 unknown; by its number in the data set.
std::map<int64_t, int8_t> results_of(const Counted& run, const std::string& evaluation) {
  std::map<int64_t, int8_t> results;
  const auto path = run.member->folder / "outputs" /
                    fmt::format("{}_step_{}.safetensors", evaluation, run.evaluation.weights_step);
  if (!fs::exists(path)) return results;
  const auto file = format::SafetensorsFile::open(path);
  const format::TensorView *exact = nullptr, *example = nullptr;
  for (const auto& tensor : file.tensors()) {
    if (tensor.name == "exact" && tensor.dtype == format::DType::i8) exact = &tensor;
    if (tensor.name == "example" && tensor.dtype == format::DType::i64) example = &tensor;
  }
  if (exact == nullptr || example == nullptr || exact->shape != example->shape) return results;
  for (size_t i = 0; i < exact->bytes.size(); ++i) {
    int64_t number = 0;
    std::memcpy(&number, example->bytes.data() + i * sizeof number, sizeof number);
    results[number] = static_cast<int8_t>(exact->bytes[i]);
  }
  return results;
}

// McNemar's p of two runs over the same puzzles, without copies of others; nothing where their
// results are not kept, or are of other puzzles. Error where the data cannot be opened.
std::optional<double> puzzle_test(const Counted& a, const Counted& b,
                                  const std::string& evaluation) {
  const auto first = results_of(a, evaluation), second = results_of(b, evaluation);
  const bool same = std::equal(first.begin(), first.end(), second.begin(), second.end(),
                               [](const auto& x, const auto& y) { return x.first == y.first; });
  if (first.empty() || !same) return std::nullopt;
  const auto data = experiment::open_examples(a.member->experiment.data, evaluation).data;
  int64_t only_first = 0, only_second = 0;
  for (const auto& [number, right] : first) {
    if (number < 0 || number >= data->examples() || data->is_copy(number)) continue;
    only_first += right == 1 && second.at(number) == 0 ? 1 : 0;
    only_second += right == 0 && second.at(number) == 1 ? 1 : 0;
  }
  return mcnemar(only_first, only_second);
}

class Builder {
 public:
  explicit Builder(const Study& study)
      : study_(study), definition_(study.definition), decisions_(decisions_of(study)) {}

  Table build() {
    for (const auto& member : study_.members) count(member);
    std::vector<const Member*> rows;
    for (const auto& member : study_.members) {
      if (rows.empty() || rows.back()->variant != member.variant) rows.push_back(&member);
    }
    for (const auto* row : rows) {
      for (const auto& score : definition_.scores) table_.rows.push_back(row_of(*row, score));
    }
    correct();
    for (const auto& difference : differences_of(table_.runs)) table_.flags.push_back(difference);
    return std::move(table_);
  }

 private:
  void count(const Member& member) {
    const auto changes = changes_of(member);
    if (!changes.empty()) {
      table_.flags.push_back(fmt::format("{} is left out: it was begun with another config ({})",
                                         member.name, fmt::join(changes, "; ")));
      return;
    }
    const auto steps = steps_of(member);
    const auto evaluation =
        steps ? evaluated(member, definition_, *steps) : std::optional<Evaluated>();
    if (!evaluation) {
      table_.flags.push_back(
          fmt::format("{} is left out: it {}", member.name,
                      why_not(member, definition_, why_dropped(decisions_, study_, member.row))));
      return;
    }
    runs_[member.row].emplace(member.seed, Counted{&member, *evaluation});
    table_.runs.push_back(facts_of(member));
  }

  TableRow row_of(const Member& member, const std::string& score) {
    TableRow row{.arm = member.row, .score = score, .values = {}};
    std::vector<double> all;
    for (const auto& [seed, run] : runs_[member.row]) {
      const auto value = run.evaluation.scores.find(score);
      if (value == run.evaluation.scores.end()) {
        table_.flags.push_back(fmt::format("{} has no {}", run.member->name, score));
        continue;
      }
      row.values[seed] = value->second;
      all.push_back(value->second);
    }
    if (!all.empty()) row.mean = mean_of(all);
    row.deviation = deviation_of(all);
    const auto reference = study_.reference_of(member);
    if (!reference.empty() && reference != member.row) compare(row, runs_[reference]);
    return row;
  }

  void compare(TableRow& row, const BySeed& reference) {
    std::vector<double> own, others;
    std::vector<std::pair<const Counted*, const Counted*>> pairs;
    for (const auto& [seed, value] : row.values) {
      const auto other = reference.find(seed);
      if (other == reference.end()) continue;
      const auto score = other->second.evaluation.scores.find(row.score);
      if (score == other->second.evaluation.scores.end()) continue;
      own.push_back(value);
      others.push_back(score->second);
      pairs.emplace_back(&runs_[row.arm].at(seed), &other->second);
    }
    if (own.empty()) return;
    row.difference = mean_of(own) - mean_of(others);
    if (const auto test = paired_test(own, others)) {
      row.difference = test->difference;
      row.interval = {test->low, test->high};
      row.p = test->p;
    } else if (row.score == "exact_accuracy") {
      try {
        row.p = puzzle_test(*pairs.front().first, *pairs.front().second, definition_.evaluation);
      } catch (const Error& error) {
        table_.flags.push_back(fmt::format("{} has no p: {}", row.arm, error.what()));
      }
      row.over_puzzles = row.p.has_value();
    }
  }

  // Over the rows of each score.
  void correct() {
    for (const auto& score : definition_.scores) {
      std::vector<TableRow*> tested;
      std::vector<double> p;
      for (auto& row : table_.rows) {
        if (row.score != score || !row.p) continue;
        tested.push_back(&row);
        p.push_back(*row.p);
      }
      const auto corrected = holm(p);
      for (size_t i = 0; i < tested.size(); ++i) tested[i]->p = corrected[i];
    }
  }

  const Study& study_;
  const Definition& definition_;
  std::vector<RungDecision> decisions_;
  Table table_;
  std::map<std::string, BySeed> runs_;  // by row
};

}  // namespace

Table table_of(const Study& study) { return Builder(study).build(); }

}  // namespace trm::sweep
