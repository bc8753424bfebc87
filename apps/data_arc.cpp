#include "apps/data_arc.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "apps/app.h"
#include "apps/data_audit.h"
#include "apps/puzzle_set.h"
#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/printable.h"
#include "core/terminal.h"
#include "data/fault_list.h"
#include "data/tasks/arc/build.h"
#include "data/tasks/arc/import.h"
#include "data/tasks/arc/originals.h"
#include "data/tasks/arc/same_task.h"
#include "data/tasks/arc/task.h"

namespace trm::apps {
namespace {

namespace arc = data::arc;

using Paths = std::vector<std::string>;

struct Options {
  Paths train, test;
  std::string out, rng = "stream", same_task = "refuse";
  int64_t augmentations = 1000;
  uint32_t seed = 42;
  bool prebuilt = false, strict = false;
  std::optional<int64_t> tasks, fit;
};

const std::map<std::string, arc::SameTask> kSameTask = {{"refuse", arc::SameTask::kRefuse},
                                                        {"keep-tested", arc::SameTask::kKeepTested},
                                                        {"keep-first", arc::SameTask::kKeepFirst}};

// Names of tasks for a message, with their number before them.
template <class Which>
std::string counted(const arc::Subset& subset, Which&& which) {
  std::vector<std::string> names;
  for (const auto& puzzle : subset.puzzles) {
    if (which(puzzle)) names.push_back(puzzle.name);
  }
  if (names.empty()) return "";
  return fmt::format("{} of {} tasks ({})", names.size(), subset.puzzles.size(), listed(names));
}

// What a set cannot be used for, as far as it goes on without.
void warn_of_gaps(const arc::Subset& subset) {
  const auto warn = [&](const std::string& tasks, const char* what) {
    if (!tasks.empty()) log_warning(fmt::format("{}: {} {}", subset.name, tasks, what));
  };
  warn(counted(subset, [](const auto& task) { return !task.solved; }),
       subset.tested ? "have tests whose answers are not known: these are no part of the scores"
                     : "have tests whose answers are not known: these are left out");
  if (!subset.tested) return;
  warn(counted(subset, [](const auto& task) { return task.train.empty(); }),
       "have no training pairs: they are tested, and nothing of them is trained on");
  warn(counted(subset, [](const auto& task) { return task.test.empty(); }),
       "have no tests: they are trained on alone");
}

// There must be something to train on and something to test.
void check_pairs(const std::vector<arc::Subset>& subsets) {
  bool train = false;
  for (const auto& subset : subsets) {
    bool test = false;
    for (const auto& puzzle : subset.puzzles) {
      const bool learns = !puzzle.train.empty() || (!subset.tested && puzzle.solved);
      train = train || learns;
      test = test || !puzzle.test.empty();
    }
    if (subset.tested && !test) {
      throw Error(
          fmt::format("--test {}: none of its {} tasks has tests; name it with --train alone",
                      subset.name, subset.puzzles.size()));
    }
  }
  if (!train)
    throw Error("nothing to train on: the sets have no training pairs; add a set with --train");
}

// As many tasks of a set as --tasks takes, in the file's order.
void take_some(const Options& options, arc::Subset& subset) {
  auto& puzzles = subset.puzzles;
  if (!options.tasks || *options.tasks >= static_cast<int64_t>(puzzles.size())) return;
  std::vector<size_t> order(puzzles.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  Stream(options.seed, "arc tasks").shuffle(std::span(order));
  order.resize(static_cast<size_t>(*options.tasks));
  std::sort(order.begin(), order.end());
  std::vector<arc::Puzzle> chosen;
  for (const auto i : order) chosen.push_back(std::move(puzzles[i]));
  puzzles = std::move(chosen);
}

// The paths of sets, each once and written in one way. The subsets are in the order of --train;
// those that are named with --test alone come after them.
Paths paths_of(const Options& options) {
  Paths paths;
  std::set<std::string> seen;
  const auto key = [](const std::string& path) { return fs::weakly_canonical(path).string(); };
  for (const auto& path : options.train) {
    paths.push_back(arc::set_path(path).string());
    if (!seen.insert(key(paths.back())).second)
      throw Error("--train " + path + ": named twice; leave one out");
  }
  for (const auto& path : options.test) {
    const auto name = arc::set_path(path).string();
    if (seen.insert(key(name)).second) paths.push_back(name);
  }
  return paths;
}

bool is_tested(const std::string& path, const Options& options) {
  return std::ranges::any_of(options.test, [&](const std::string& test) {
    return fs::weakly_canonical(arc::set_path(test)) == fs::weakly_canonical(path);
  });
}

arc::Subset read(const std::string& path, const Options& options, std::vector<fs::path>& files) {
  auto bar = Progress::to_stderr("read " + path, 0);
  auto set = arc::read_set(path, options.fit, bar);
  bar.finish();
  if (set.puzzles.empty())
    throw Error(fmt::format("--fit: no task of {} fits {}x{}", path, *options.fit, *options.fit));
  if (set.too_large > 0) {
    log_info(fmt::format("{}: {} left out, with grids over {}x{}", path,
                         data::number_of(set.too_large, "task"), *options.fit, *options.fit));
  }
  if (!set.passed_over.empty()) {
    std::vector<std::string> names;
    for (const auto& file : set.passed_over) names.push_back(file.lexically_relative(path));
    const auto count = static_cast<int64_t>(names.size());
    log_warning(fmt::format("{}: {} without tasks passed over: {}", path,
                            data::number_of(count, "JSON file"), listed(names)));
  }
  files.insert(files.end(), set.files.begin(), set.files.end());
  return {std::move(set.puzzles), is_tested(path, options), path};
}

std::vector<arc::Subset> read_all(const Options& options, std::vector<fs::path>& files) {
  std::vector<arc::Subset> subsets;
  for (const auto& path : paths_of(options)) subsets.push_back(read(path, options, files));
  const auto dropped = arc::keep_one_of_each(kSameTask.at(options.same_task), subsets);
  if (dropped > 0)
    log_info(fmt::format("{} left out as found more than once", data::number_of(dropped, "task")));
  std::erase_if(subsets, [](const auto& subset) { return subset.puzzles.empty(); });
  for (auto& subset : subsets) {
    take_some(options, subset);
    warn_of_gaps(subset);
  }
  check_pairs(subsets);
  if (std::ranges::none_of(subsets, &arc::Subset::tested))
    throw Error(
        "no task is left to test: all are in the sets to train on; --same-task keep-tested");
  return subsets;
}

std::string command_of(const Options& options) {
  std::string command = "build arc";
  const auto add = [&](const char* option, const Paths& values) {
    for (const auto& value : values) {
      command += fmt::format(" {} {}", option, arc::set_path(value).filename().string());
    }
  };
  add("--train", options.train);
  add("--test", options.test);
  command += fmt::format(" --augmentations {} --seed {} --rng {}", options.augmentations,
                         options.seed, options.rng);
  if (options.tasks) command += fmt::format(" --tasks {}", *options.tasks);
  if (options.fit) command += fmt::format(" --fit {}", *options.fit);
  if (options.same_task != "refuse") command += " --same-task " + options.same_task;
  return command + (options.prebuilt ? " --prebuilt" : "");
}

void build(const Options& options) {
  if (options.test.empty())
    throw Error("--test: name a set to test on, which may be one of --train");
  check_is_new(options.out);
  std::vector<fs::path> files;
  arc::BuildRequest request{.subsets = read_all(options, files),
                            .augmentations = options.augmentations,
                            .seed = options.seed,
                            .numpy = options.rng == "numpy",
                            .prebuilt = options.prebuilt};
  constexpr int64_t kCells = arc::kMostSide * arc::kMostSide;
  warn_of(find_faults(task_for<data::Arc>(kCells, arc::kVocabulary), kCells,
                      arc::originals_of(request.subsets, true),
                      arc::originals_of(request.subsets, false)),
          options.strict);
  int64_t tasks = 0;
  for (const auto& subset : request.subsets) tasks += static_cast<int64_t>(subset.puzzles.size());
  auto bar = Progress::to_stderr("augment", tasks);
  auto set = arc::build(request, bar);
  bar.finish();
  set.provenance = provenance_of("arc", command_of(options));
  for (const auto& file : files) add_source(set, file.string());
  const auto copies = options.prebuilt ? static_cast<int64_t>(set.identifiers.size()) - 1 : [&] {
    int64_t count = 0;
    for (const auto& codes : set.augmentations) count += static_cast<int64_t>(codes.size());
    return count - 1;
  }();
  data::write_packed(options.out, set);
  say(fmt::format(
      "{}: {} tasks to train, {} to test, {} with their copies\nnext: trm-data inspect {}\n",
      options.out, set.train.group_begin.size() - 1, set.test.group_begin.size() - 1,
      human_count(static_cast<double>(copies)), options.out));
}

}  // namespace

void add_arc_build(CLI::App& parent, std::function<void()>& chosen) {
  auto* command = parent.add_subcommand("arc", "From ARC's JSON files");
  auto options = std::make_shared<Options>();
  command
      ->add_option(
          "--train", options->train,
          "Tasks to train on: PREFIX of PREFIX_challenges.json and PREFIX_solutions.json, a folder "
          "of one JSON a task and of such folders, or a .json or .jsonl file; may be repeated")
      ->type_name("SET")
      ->allow_extra_args(false)  // what follows the value is OUT
      ->take_all();
  command
      ->add_option("--test", options->test,
                   "Tasks whose tests are the test set and whose train pairs are trained on; may "
                   "be repeated, and be one of --train, which says its place among them")
      ->type_name("SET")
      ->allow_extra_args(false)  // what follows the value is OUT
      ->take_all();
  command
      ->add_option("--augmentations", options->augmentations,
                   "Copies of each task, in new colours and turned")
      ->check(CLI::Range(int64_t{0}, int64_t{100'000}))
      ->capture_default_str();
  command->add_flag(
      "--prebuilt", options->prebuilt,
      "Write all copies, as the reference programs read them; else they are made while reading");
  command
      ->add_option("--rng", options->rng,
                   "stream, or numpy for the copies and the order of the reference's builder")
      ->check(CLI::IsMember({"stream", "numpy"}))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Of the copies")->capture_default_str();
  command
      ->add_option("--tasks", options->tasks, "Take this many tasks of each set, drawn by the seed")
      ->check(at_least(1));
  command
      ->add_option("--fit", options->fit,
                   "Take only tasks whose grids all fit a square of this side")
      ->check(CLI::Range(1, 30));
  command
      ->add_option(
          "--same-task", options->same_task,
          "Of a task that is in several sets: refuse, keep-tested (leave out those that are "
          "not tested) or keep-first (leave out those that come later)")
      ->check(CLI::IsMember({"refuse", "keep-tested", "keep-first"}))
      ->capture_default_str();
  command->add_flag("--strict", options->strict,
                    "Refuse what else is warned of: repeats, tests that are trained on as well");
  command->add_option("out", options->out, "Folder to make")->required();
  command->callback([options, &chosen] { chosen = [options] { build(*options); }; });
}

}  // namespace trm::apps
