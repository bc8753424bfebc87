#include "data/tasks/arc/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "core/error.h"
#include "core/printable.h"
#include "data/fault_list.h"
#include "data/tasks/arc/task_json.h"
#include "format/gzip.h"
#include "format/json.h"
#include "format/lines.h"

namespace trm::data::arc {
namespace {

namespace fs = std::filesystem;
constexpr std::array kChallenges = {"_challenges.json", "-challenges.json", "_challenges.json.gz",
                                    "-challenges.json.gz"};
constexpr std::array kSolutions = {"_solutions.json", "-solutions.json", "_solutions.json.gz",
                                   "-solutions.json.gz"};

// The name without the first of the endings that it has; nothing where it has none.
std::optional<std::string> without(const std::string& name, std::span<const char* const> endings) {
  for (const std::string ending : endings) {
    if (name.size() > ending.size() && name.ends_with(ending))
      return name.substr(0, name.size() - ending.size());
  }
  return std::nullopt;
}

std::optional<fs::path> beside(const fs::path& prefix, std::span<const char* const> endings) {
  for (const char* ending : endings) {
    if (fs::exists(prefix.string() + ending)) return prefix.string() + ending;
  }
  return std::nullopt;
}

Json read_json(const fs::path& path) {
  // Its tree is many times as large: 16 bytes and more for "[],".
  constexpr size_t kMostBytes = size_t{1} << 28;
  return format::parse_ordered_json(format::read_unzipped(path, kMostBytes), path.string());
}

// Whether the text is UTF-8.
bool is_utf8(const std::string& text) {
  try {
    return !Json(text).dump().empty();
  } catch (const Json::type_error&) {
    return false;
  }
}

// A task's own name, where it has one.
std::string name_of(const Json& json, const std::string& otherwise) {
  for (const char* key : {"name", "task_id", "id"}) {
    if (!json.is_object() || !json.contains(key) || !json[key].is_string()) continue;
    const auto name = json[key].get<std::string>();
    return without(name, std::array{".json"}).value_or(name);
  }
  return otherwise;
}

class Reader {
 public:
  Reader(std::optional<int64_t> fit, Progress& progress) : fit_(fit), progress_(progress) {}

  void read_kaggle(const fs::path& prefix);
  void read_folder(const fs::path& folder);
  void read_file(const fs::path& path);
  TaskSet take();

 private:
  // Answers that are in a file of their own, by task.
  struct Solutions {
    fs::path file;
    Json json;
  };

  void add(const std::string& name, const Json& task, const std::string& place,
           const Solutions* solutions = nullptr);
  void add_named(const Json& tasks, const fs::path& path, const Solutions* solutions = nullptr);
  void read_lines(const fs::path& path, const std::string& stem);
  bool fits(const Json& task, const Json* solutions) const;  // of its tests

  std::optional<int64_t> fit_;
  Progress& progress_;
  TaskSet set_;
  FaultList faults_{"task", ""};
};

bool Reader::fits(const Json& task, const Json* solutions) const {
  if (!fit_) return true;
  if (!task_fits(task, *fit_)) return false;
  return solutions == nullptr || !solutions->is_array() ||
         std::all_of(solutions->begin(), solutions->end(),
                     [&](const Json& grid) { return grid_fits(grid, *fit_); });
}

void Reader::add(const std::string& name, const Json& task, const std::string& place,
                 const Solutions* solutions) {
  const Json* grids = nullptr;
  if (solutions != nullptr) {
    const auto found = solutions->json.find(name);
    if (found != solutions->json.end()) grids = &*found;
  }
  if (!fits(task, grids)) {
    ++set_.too_large;
    return;
  }
  try {
    auto puzzle = parse_task(name, task, place);
    if (solutions != nullptr) {
      const auto where = solutions->file.string() + ": task " + printable(name);
      if (grids == nullptr)
        throw Fault("unsolved", where + ": no solutions; add them or leave the task out");
      add_solutions(*grids, where, puzzle);
    }
    set_.puzzles.push_back(std::move(puzzle));
  } catch (const Fault& fault) {
    faults_.add(fault, printable(name));
  }
  progress_.update(static_cast<int64_t>(set_.puzzles.size()));
}

void Reader::add_named(const Json& tasks, const fs::path& path, const Solutions* solutions) {
  for (const auto& [name, task] : tasks.items())
    add(name, task, path.string() + ": task " + printable(name), solutions);
}

void Reader::read_kaggle(const fs::path& prefix) {
  const auto challenges = beside(prefix, kChallenges).value();
  const auto tasks = read_json(challenges);
  if (!tasks.is_object()) throw Error(challenges.string() + ": not an object of tasks");
  set_.files.push_back(challenges);
  const auto file = beside(prefix, kSolutions);
  if (!file) return add_named(tasks, challenges);
  set_.files.push_back(*file);
  const Solutions solutions{*file, read_json(*file)};  // perhaps of more tasks
  if (!solutions.json.is_object()) throw Error(file->string() + ": not an object of solutions");
  add_named(tasks, challenges, &solutions);
}

void Reader::read_lines(const fs::path& path, const std::string& stem) {
  constexpr size_t kMostBytes = size_t{64} << 20;
  format::LineReader lines(path, kMostBytes, "a file with a task a line");
  while (const auto line = lines.next()) {
    if (line->find_first_not_of(" \t") == std::string::npos) continue;
    const auto task = format::parse_ordered_json(*line, lines.where());
    add(name_of(task, fmt::format("{}_{}", stem, lines.line())), task, lines.where());
  }
}

void Reader::read_file(const fs::path& path) {
  const auto file = path.filename().string();
  if (!is_utf8(file)) throw Error(path.string() + ": the file's name is not UTF-8; rename it");
  if (const auto stem = without(file, std::array{".jsonl", ".jsonl.gz"})) {
    read_lines(path, *stem);
    set_.files.push_back(path);
    return;
  }
  const auto json = read_json(path);
  const bool named = json.is_object() && !json.empty() && is_task(json.front()) && !is_task(json);
  if (!named && !is_task(json)) {
    set_.passed_over.push_back(path);
    return;
  }
  set_.files.push_back(path);
  if (named) return add_named(json, path);
  add(name_of(json, without(file, std::array{".json", ".json.gz"}).value_or(file)), json,
      path.string());
}

void Reader::read_folder(const fs::path& folder) {
  std::vector<fs::path> files;
  std::vector<std::string> prefixes;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto name = entry.path().string();
    const bool task =
        without(name, std::array{".json", ".json.gz", ".jsonl", ".jsonl.gz"}).has_value();
    if (task) files.push_back(entry.path());
    if (const auto prefix = without(name, kChallenges)) prefixes.push_back(*prefix);
  }
  std::sort(files.begin(), files.end());
  std::sort(prefixes.begin(), prefixes.end());
  if (prefixes.size() == 1) return read_kaggle(prefixes[0]);
  if (prefixes.size() > 1) {
    throw Error(fmt::format("{}: a folder of {} sets; name those that are meant: {}",
                            folder.string(), prefixes.size(), listed(prefixes)));
  }
  for (const auto& file : files) read_file(file);
}

TaskSet Reader::take() {
  faults_.check();
  return std::move(set_);
}

// What to name instead of a path that is no set.
[[noreturn]] void fail_as_unknown(const fs::path& path) {
  std::vector<std::string> prefixes;
  const auto folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (fs::is_directory(folder)) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (const auto prefix = without(entry.path().filename().string(), kChallenges))
        prefixes.push_back(*prefix);
    }
  }
  std::sort(prefixes.begin(), prefixes.end());
  throw Error(fmt::format(
      "{0}: neither a folder of tasks nor a file, nor is there a "
      "{0}_challenges.json or {0}-challenges.json; name one of these{1}",
      path.string(),
      prefixes.empty() ? "" : fmt::format(", or of the sets beside it: {}", listed(prefixes))));
}

}  // namespace

fs::path set_path(const fs::path& path) {
  auto text = path.lexically_normal().string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return fs::is_regular_file(text) ? without(text, kChallenges).value_or(text) : text;
}

TaskSet read_set(const fs::path& given, std::optional<int64_t> fit, Progress& progress) {
  const auto path = set_path(given);
  Reader reader(fit, progress);
  if (fs::is_directory(path)) {
    reader.read_folder(path);
  } else if (beside(path, kChallenges)) {
    reader.read_kaggle(path);
  } else if (fs::exists(path)) {
    reader.read_file(path);
  } else {
    fail_as_unknown(path);
  }
  auto set = reader.take();
  if (!set.puzzles.empty() || set.too_large > 0) return set;
  throw Error(
      set.passed_over.empty()
          ? path.string() + ": no task in it"
          : fmt::format("{}: no task in it, but {} of other kinds, as {}", path.string(),
                        number_of(static_cast<int64_t>(set.passed_over.size()), "JSON file"),
                        set.passed_over[0].string()));
}

std::vector<Puzzle> read_tasks(const fs::path& path) {
  const auto json = read_json(path);
  if (!json.is_object()) throw Error(path.string() + ": not an object of tasks");
  std::vector<Puzzle> puzzles;
  for (const auto& [name, task] : json.items())
    puzzles.push_back(parse_task(name, task, path.string() + ": task " + printable(name)));
  return puzzles;
}

}  // namespace trm::data::arc
