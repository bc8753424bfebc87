#include "data/tasks/arc/task_json.h"

#include <algorithm>

#include "core/printable.h"
#include "data/fault_list.h"

namespace trm::data::arc {
namespace {

// A place in a file, for messages: file, task, and what of it.
struct Place {
  std::string text;

  Place in(const std::string& what) const { return {text + ": " + what}; }
  [[noreturn]] void fail(const char* kind, const std::string& what) const {
    throw Fault(kind, text + ": " + what + "; mend the file or leave the task out");
  }
};

const Json& member(const Json& object, const char* key, const Place& place) {
  if (!object.is_object()) place.fail("form", "not an object");
  const auto found = object.find(key);
  if (found == object.end()) place.fail("form", std::string("no \"") + key + "\" in it");
  return *found;
}

const Json& list(const Json& value, const Place& place) {
  if (!value.is_array()) place.fail("form", "not a list");
  return value;
}

uint8_t colour_of(const Json& cell, int64_t row, int64_t column, const Place& place) {
  const bool colour = cell.is_number_unsigned() && cell.get<uint64_t>() < kColours;
  if (!colour) {
    place.fail("colour",
               "row " + std::to_string(row + 1) + ", column " + std::to_string(column + 1) + ": " +
                   printable(cell.dump(-1, ' ', true, Json::error_handler_t::replace), 20) +
                   " is no colour, 0 to 9");
  }
  return cell.get<uint8_t>();
}

Grid grid_of(const Json& rows, const Place& place) {
  if (!rows.is_array() || rows.empty() || !rows[0].is_array() || rows[0].empty()) {
    place.fail("grid", "not a grid, a list of rows with a cell at least");
  }
  if (rows.size() > kMostSide || rows[0].size() > kMostSide) {
    throw Fault("size", place.text + ": a grid of " + std::to_string(rows.size()) + "x" +
                            std::to_string(rows[0].size()) +
                            ", larger than 30x30; --fit 30 leaves such tasks out");
  }
  Grid grid{static_cast<int64_t>(rows.size()), static_cast<int64_t>(rows[0].size()), {}};
  for (int64_t r = 0; r < grid.rows; ++r) {
    const auto& row = rows[static_cast<size_t>(r)];
    if (!row.is_array() || static_cast<int64_t>(row.size()) != grid.columns) {
      place.fail("grid", "row " + std::to_string(r + 1) + " does not have the " +
                             std::to_string(grid.columns) + " cells of the first");
    }
    for (int64_t c = 0; c < grid.columns; ++c) {
      grid.cells.push_back(colour_of(row[static_cast<size_t>(c)], r, c, place));
    }
  }
  return grid;
}

// Of [input, output].
bool is_plain_pair(const Json& pair) {
  return pair.is_array() && pair.size() == 2 && pair[0].is_array() && !pair[0].empty() &&
         pair[0][0].is_array();
}

Pair train_pair(const Json& pair, const Place& place) {
  const bool plain = is_plain_pair(pair);
  return {grid_of(plain ? pair[0] : member(pair, "input", place), place.in("input")),
          grid_of(plain ? pair[1] : member(pair, "output", place), place.in("output"))};
}

void add_train(const Json& pairs, const Place& place, Puzzle& puzzle) {
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto at = place.in("train pair " + std::to_string(i + 1));
    puzzle.train.push_back(train_pair(pairs[i], at));
  }
}

void add_tests(const Json& pairs, const Place& place, Puzzle& puzzle) {
  size_t solved = 0;
  for (size_t i = 0; i < pairs.size(); ++i) {
    const auto at = place.in("test pair " + std::to_string(i + 1));
    Pair pair{grid_of(member(pairs[i], "input", at), at.in("input")), Grid{1, 1, {0}}};
    if (pairs[i].contains("output")) {
      pair.output = grid_of(pairs[i]["output"], at.in("output"));
      ++solved;
    }
    puzzle.test.push_back(std::move(pair));
  }
  if (solved != 0 && solved != pairs.size())
    place.fail("outputs", "some test pairs have outputs and some have none");
  puzzle.solved = solved == pairs.size();
}

bool pairs_fit(const Json& pairs, int64_t side) {
  if (!pairs.is_array()) return true;
  return std::all_of(pairs.begin(), pairs.end(), [&](const Json& pair) {
    if (!pair.is_object() && !is_plain_pair(pair)) return true;
    return std::all_of(pair.begin(), pair.end(),
                       [&](const Json& grid) { return grid_fits(grid, side); });
  });
}

}  // namespace

bool is_task(const Json& json) {
  if (json.is_object())
    return json.contains("train") || json.contains("test") || json.contains("examples");
  if (!json.is_array() || json.empty()) return false;
  const auto& first = json[0];
  return is_plain_pair(first) ||
         (first.is_object() && first.contains("input") && first.contains("output"));
}

bool grid_fits(const Json& grid, int64_t side) {
  const auto most = static_cast<size_t>(side);
  if (!grid.is_array()) return true;
  return grid.size() <= most && std::all_of(grid.begin(), grid.end(), [&](const Json& row) {
           return !row.is_array() || row.size() <= most;
         });
}

bool task_fits(const Json& task, int64_t side) {
  if (task.is_array()) return pairs_fit(task, side);
  if (!task.is_object()) return true;
  return std::all_of(task.begin(), task.end(),
                     [&](const Json& pairs) { return pairs_fit(pairs, side); });
}

Puzzle parse_task(const std::string& name, const Json& json, const std::string& where) {
  const Place place{where};
  Puzzle puzzle{.name = name, .train = {}, .test = {}};
  const bool examples = json.is_object() && json.contains("examples") && !json.contains("train");
  if (json.is_array() || examples) {
    const auto& pairs = json.is_array() ? json : list(json["examples"], place.in("examples"));
    if (pairs.empty()) place.fail("pairs", "no pairs in it");
    add_train(pairs, place, puzzle);
    return puzzle;
  }
  const auto& train = list(member(json, "train", place), place.in("train"));
  const auto& test = list(member(json, "test", place), place.in("test"));
  for (const auto& [key, value] : json.items()) {
    if (key == "test" || key == "train") {
      puzzle.test_first = key == "test";
      break;
    }
  }
  add_train(train, place, puzzle);
  add_tests(test, place, puzzle);
  if (train.empty() && test.empty()) place.fail("pairs", "neither train nor test pairs");
  return puzzle;
}

void add_solutions(const Json& grids, const std::string& where, Puzzle& puzzle) {
  const Place place{where};
  if (list(grids, place).size() != puzzle.test.size()) {
    place.fail("solutions", std::to_string(grids.size()) + " solutions of " +
                                std::to_string(puzzle.test.size()) + " tests");
  }
  for (size_t i = 0; i < puzzle.test.size(); ++i) {
    puzzle.test[i].output = grid_of(grids[i], place.in("solution " + std::to_string(i + 1)));
  }
  puzzle.solved = true;
}

}  // namespace trm::data::arc
