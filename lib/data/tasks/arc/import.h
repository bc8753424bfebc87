#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "data/tasks/arc/puzzle.h"

namespace trm::data::arc {

// The tasks that one path names.
struct TaskSet {
  std::vector<Puzzle> puzzles;
  std::vector<std::filesystem::path> files;        // that they were read from
  std::vector<std::filesystem::path> passed_over;  // JSON files that are no tasks
  int64_t too_large = 0;                           // tasks that do not fit
};

// Reads tasks in the file's order. The path is one of
//   PREFIX of PREFIX_challenges.json and, where it is there, PREFIX_solutions.json; or with - for _
//   a folder, and the folders in it, with a task a JSON file, in the order of their paths
//   a file: a task, an object of tasks by name, or with .jsonl a task a line
// all of them plain or with .gz, and tasks as in task_json.h. A task has the name that its JSON
// gives it, or else its file. With `fit`, tasks that have a grid with a longer side are left out
// before anything of them is checked. Error naming file, task and cell of what is wrong, and how
// many tasks are. `progress` counts tasks.
TaskSet read_set(const std::filesystem::path& path, std::optional<int64_t> fit, Progress& progress);

// The tasks of one file that is an object of tasks by name.
std::vector<Puzzle> read_tasks(const std::filesystem::path& path);

// The path of a set as read_set takes it, written in one way: "one" of "./one/" and of
// "one_challenges.json".
std::filesystem::path set_path(const std::filesystem::path& path);

}  // namespace trm::data::arc
