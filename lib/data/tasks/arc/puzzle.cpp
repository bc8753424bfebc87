#include "data/tasks/arc/puzzle.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/printable.h"
#include "format/json.h"

namespace trm::data::arc {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// A place in a file, for messages: file, task, and what of it.
struct Place {
  std::string text;

  Place in(const std::string& what) const { return {text + ": " + what}; }
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(text + ": " + what + "; mend the file or leave the task out");
  }
};

const Json& member(const Json& object, const char* key, const Place& place) {
  if (!object.is_object()) place.fail("not an object");
  const auto found = object.find(key);
  if (found == object.end()) place.fail(std::string("no \"") + key + "\" in it");
  return *found;
}

const Json& list(const Json& value, const Place& place) {
  if (!value.is_array()) place.fail("not a list");
  return value;
}

uint8_t colour_of(const Json& cell, int64_t row, int64_t column, const Place& place) {
  const bool colour = cell.is_number_unsigned() && cell.get<uint64_t>() < kColours;
  if (!colour) {
    place.fail("row " + std::to_string(row + 1) + ", column " + std::to_string(column + 1) + ": " +
               printable(cell.dump(-1, ' ', true, Json::error_handler_t::replace), 20) +
               " is no colour, 0 to 9");
  }
  return cell.get<uint8_t>();
}

Grid grid_of(const Json& rows, const Place& place) {
  if (!rows.is_array() || rows.empty() || !rows[0].is_array() || rows[0].empty()) {
    place.fail("not a grid, a list of rows with a cell at least");
  }
  if (rows.size() > kMostSide || rows[0].size() > kMostSide) {
    place.fail("a grid of " + std::to_string(rows.size()) + "x" + std::to_string(rows[0].size()) +
               ", larger than 30x30");
  }
  Grid grid{static_cast<int64_t>(rows.size()), static_cast<int64_t>(rows[0].size()), {}};
  for (int64_t r = 0; r < grid.rows; ++r) {
    const auto& row = rows[static_cast<size_t>(r)];
    if (!row.is_array() || static_cast<int64_t>(row.size()) != grid.columns) {
      place.fail("row " + std::to_string(r + 1) + " does not have the " +
                 std::to_string(grid.columns) + " cells of the first");
    }
    for (int64_t c = 0; c < grid.columns; ++c) {
      grid.cells.push_back(colour_of(row[static_cast<size_t>(c)], r, c, place));
    }
  }
  return grid;
}

// Tests may come without outputs: those are in the solutions' file, or nowhere.
Puzzle puzzle_of(const std::string& name, const Json& json, const Place& place) {
  Puzzle puzzle{.name = name, .train = {}, .test = {}};
  const auto& train = list(member(json, "train", place), place.in("train"));
  const auto& test = list(member(json, "test", place), place.in("test"));
  for (const auto& [key, value] : json.items()) {
    if (key == "test" || key == "train") {
      puzzle.test_first = key == "test";
      break;
    }
  }
  const auto pair_place = [&](const char* kind, size_t i) {
    return place.in(std::string(kind) + " pair " + std::to_string(i + 1));
  };
  for (size_t i = 0; i < train.size(); ++i) {
    const auto at = pair_place("train", i);
    puzzle.train.push_back({grid_of(member(train[i], "input", at), at.in("input")),
                            grid_of(member(train[i], "output", at), at.in("output"))});
  }
  size_t solved = 0;
  for (size_t i = 0; i < test.size(); ++i) {
    const auto at = pair_place("test", i);
    Pair pair{grid_of(member(test[i], "input", at), at.in("input")), Grid{1, 1, {0}}};
    if (test[i].contains("output")) {
      pair.output = grid_of(test[i]["output"], at.in("output"));
      ++solved;
    }
    puzzle.test.push_back(std::move(pair));
  }
  if (train.empty() && test.empty()) place.fail("neither train nor test pairs");
  if (solved != 0 && solved != test.size())
    place.fail("some test pairs have outputs and some have none");
  puzzle.solved = solved == test.size();
  return puzzle;
}

void add_solutions(const Json& solutions, std::vector<Puzzle>& puzzles, const Place& file) {
  if (!solutions.is_object()) file.fail("not an object of solutions");
  for (auto& puzzle : puzzles) {
    const auto place = file.in("task " + printable(puzzle.name));
    const auto found = solutions.find(puzzle.name);
    if (found == solutions.end()) place.fail("no solutions");
    if (list(*found, place).size() != puzzle.test.size()) {
      place.fail(std::to_string(found->size()) + " solutions of " +
                 std::to_string(puzzle.test.size()) + " tests");
    }
    for (size_t i = 0; i < puzzle.test.size(); ++i) {
      puzzle.test[i].output = grid_of((*found)[i], place.in("solution " + std::to_string(i + 1)));
    }
    puzzle.solved = true;
  }
  if (solutions.size() != puzzles.size())
    file.fail("solutions of tasks that are not among the challenges");
}

fs::path with(const fs::path& prefix, const char* ending) { return prefix.string() + ending; }

bool is_utf8(const std::string& text) {
  try {
    return !Json(text).dump().empty();
  } catch (const Json::type_error&) {
    return false;
  }
}

std::vector<Puzzle> read_folder(const fs::path& folder) {
  std::vector<Puzzle> puzzles;
  std::set<std::string> names;
  for (const auto& file : files_of(folder)) {
    const auto json = format::read_ordered_json(file);
    auto name = file.stem().string();
    // ConceptARC's files may name themselves.
    if (json.is_object() && json.contains("name") && json["name"].is_string()) {
      name = json["name"].get<std::string>();
    }
    const Place place{file.string()};
    if (!is_utf8(name)) place.fail("the file's name is not UTF-8");
    if (!names.insert(name).second) place.fail("task '" + printable(name) + "' is there twice");
    puzzles.push_back(puzzle_of(name, json, place));
  }
  return puzzles;
}

std::vector<Puzzle> read_kaggle(const fs::path& prefix) {
  auto puzzles = read_tasks(with(prefix, "_challenges.json"));
  const auto solutions = with(prefix, "_solutions.json");
  if (fs::exists(solutions)) {
    add_solutions(format::read_ordered_json(solutions), puzzles, {solutions.string()});
  }
  return puzzles;
}

}  // namespace

std::vector<fs::path> files_of(const fs::path& prefix) {
  std::vector<fs::path> files;
  if (fs::is_directory(prefix)) {
    for (const auto& entry : fs::directory_iterator(prefix)) {
      if (entry.is_regular_file() && entry.path().extension() == ".json")
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
  }
  for (const char* ending : {"_challenges.json", "_solutions.json"}) {
    if (fs::exists(with(prefix, ending))) files.push_back(with(prefix, ending));
  }
  return files;
}

std::vector<Puzzle> read_tasks(const fs::path& path) {
  const Place file{path.string()};
  const auto json = format::read_ordered_json(path);
  if (!json.is_object()) file.fail("not an object of tasks");
  std::vector<Puzzle> puzzles;
  for (const auto& [name, task] : json.items()) {
    puzzles.push_back(puzzle_of(name, task, file.in("task " + printable(name))));
  }
  return puzzles;
}

std::vector<Puzzle> read_puzzles(const fs::path& prefix) {
  const bool folder = fs::is_directory(prefix);
  if (!folder && !fs::exists(with(prefix, "_challenges.json"))) {
    throw Error(prefix.string() + ": neither a folder of tasks, nor is there a " +
                with(prefix, "_challenges.json").string() + "; name one of both");
  }
  auto puzzles = folder ? read_folder(prefix) : read_kaggle(prefix);
  if (puzzles.empty()) throw Error(prefix.string() + ": no task in it");
  return puzzles;
}

}  // namespace trm::data::arc
