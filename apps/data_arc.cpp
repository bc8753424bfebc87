#include "apps/data_arc.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "apps/app.h"
#include "apps/puzzle_set.h"
#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/terminal.h"
#include "data/tasks/arc/build.h"

namespace trm::apps {
namespace {

namespace arc = data::arc;

struct Options {
  std::vector<std::string> train, test;
  std::string out, rng = "stream";
  int64_t augmentations = 1000;
  uint32_t seed = 42;
  bool prebuilt = false;
  std::optional<int64_t> tasks, fit;
};

bool fits(const arc::Puzzle& puzzle, int64_t side) {
  const auto small = [&](const arc::Pair& pair) {
    return std::max({pair.input.rows, pair.input.columns, pair.output.rows, pair.output.columns}) <=
           side;
  };
  return std::all_of(puzzle.train.begin(), puzzle.train.end(), small) &&
         std::all_of(puzzle.test.begin(), puzzle.test.end(), small);
}

// The tasks that --fit and --tasks leave, in the file's order.
std::vector<arc::Puzzle> chosen_of(std::vector<arc::Puzzle> puzzles, const Options& options,
                                   const std::string& prefix) {
  if (options.fit)
    std::erase_if(puzzles, [&](const auto& puzzle) { return !fits(puzzle, *options.fit); });
  if (puzzles.empty())
    throw Error(fmt::format("--fit: no task of {} fits {}x{}", prefix, *options.fit, *options.fit));
  if (!options.tasks || *options.tasks >= static_cast<int64_t>(puzzles.size())) return puzzles;
  std::vector<size_t> order(puzzles.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  Stream(options.seed, "arc tasks").shuffle(std::span(order));
  order.resize(static_cast<size_t>(*options.tasks));
  std::sort(order.begin(), order.end());
  std::vector<arc::Puzzle> chosen;
  for (const auto i : order) chosen.push_back(std::move(puzzles[i]));
  return chosen;
}

void warn_of_unsolved(const std::vector<arc::Puzzle>& puzzles, const std::string& prefix) {
  const auto count =
      std::count_if(puzzles.begin(), puzzles.end(), [](const auto& task) { return !task.solved; });
  if (count == 0) return;
  log_warning(
      fmt::format("{}: the answers of {} of {} tasks are not known; their tests count as "
                  "wrong in all scores",
                  prefix, count, puzzles.size()));
}

// The subsets in the order of --train; those that are named with --test alone come after them.
std::vector<std::string> prefixes_of(const Options& options) {
  auto prefixes = options.train;
  for (const auto& prefix : options.test) {
    if (std::find(prefixes.begin(), prefixes.end(), prefix) == prefixes.end())
      prefixes.push_back(prefix);
  }
  const std::set<std::string> different(prefixes.begin(), prefixes.end());
  if (different.size() != prefixes.size()) throw Error("--train: a set that is named twice");
  return prefixes;
}

std::string command_of(const Options& options) {
  std::string command = "build arc";
  const auto add = [&](const char* option, const std::vector<std::string>& values) {
    for (const auto& value : values) {
      command += fmt::format(" {} {}", option, fs::path(value).filename().string());
    }
  };
  add("--train", options.train);
  add("--test", options.test);
  command += fmt::format(" --augmentations {} --seed {} --rng {}", options.augmentations,
                         options.seed, options.rng);
  if (options.tasks) command += fmt::format(" --tasks {}", *options.tasks);
  if (options.fit) command += fmt::format(" --fit {}", *options.fit);
  return command + (options.prebuilt ? " --prebuilt" : "");
}

void check_names(const std::vector<arc::Subset>& subsets) {
  std::set<std::string> names;
  for (const auto& subset : subsets) {
    for (const auto& puzzle : subset.puzzles) {
      if (!names.insert(puzzle.name).second) {
        throw Error("task '" + puzzle.name + "' is in two of the sets; leave one of them out");
      }
    }
  }
}

void build(const Options& options) {
  if (options.test.empty())
    throw Error("--test: name a set to test on, which may be one of --train");
  check_is_new(options.out);
  arc::BuildRequest request{.subsets = {},
                            .augmentations = options.augmentations,
                            .seed = options.seed,
                            .numpy = options.rng == "numpy",
                            .prebuilt = options.prebuilt};
  int64_t tasks = 0;
  const auto prefixes = prefixes_of(options);
  for (const auto& prefix : prefixes) {
    const bool tested =
        std::find(options.test.begin(), options.test.end(), prefix) != options.test.end();
    request.subsets.push_back({chosen_of(arc::read_puzzles(prefix), options, prefix), tested});
    tasks += static_cast<int64_t>(request.subsets.back().puzzles.size());
    if (tested) warn_of_unsolved(request.subsets.back().puzzles, prefix);
  }
  check_names(request.subsets);
  auto bar = Progress::to_stderr("augment", tasks);
  auto set = arc::build(request, bar);
  bar.finish();
  set.provenance = provenance_of("arc", command_of(options));
  for (const auto& prefix : prefixes) {
    for (const auto& file : arc::files_of(prefix)) add_source(set, file.string());
  }
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
          "Tasks to train on: PREFIX of PREFIX_challenges.json and PREFIX_solutions.json, or a "
          "folder of one JSON a task; may be repeated")
      ->allow_extra_args(false)  // what follows the value is OUT
      ->take_all();
  command
      ->add_option("--test", options->test,
                   "Tasks whose tests are the test set and whose train pairs are trained on; may "
                   "be repeated, and be one of --train, which says its place among them")
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
  command->add_option("out", options->out, "Folder to make")->required();
  command->callback([options, &chosen] { chosen = [options] { build(*options); }; });
}

}  // namespace trm::apps
