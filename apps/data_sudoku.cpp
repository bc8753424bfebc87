#include "apps/data_sudoku.h"

#include <fmt/format.h>

#include <memory>

#include "apps/app.h"
#include "apps/data_audit.h"
#include "apps/number_range.h"
#include "apps/puzzle_set.h"
#include "core/error.h"
#include "core/log.h"
#include "data/fault_list.h"
#include "data/tasks/sudoku/build.h"
#include "data/tasks/sudoku/generate.h"
#include "data/tasks/sudoku/import.h"
#include "data/tasks/sudoku/task.h"

namespace trm::apps {
namespace {

namespace sudoku = data::sudoku;

data::PackedSet empty_boards(sudoku::Box box, std::string command) {
  auto set = empty_set("sudoku", std::move(command));
  set.cells = box.cells();
  set.vocabulary = box.side() + 2;
  return set;
}

struct BuildOptions {
  std::string train, test, out;
  std::optional<int64_t> subsample;
  int64_t augmentations = 0;
  uint32_t seed = 0;
  bool strict = false;
};

std::vector<sudoku::Puzzle> read(const std::string& file) {
  auto bar = Progress::to_stderr("read " + file, 0);
  auto imported = sudoku::read_csv(file, bar);
  bar.finish();
  if (imported.solved > 0)
    log_info(fmt::format("{}: {} without answers, solved here", file,
                         data::number_of(imported.solved, "puzzle")));
  return std::move(imported.puzzles);
}

void build(const BuildOptions& options) {
  check_is_new(options.out);
  const auto train = read(options.train), test = read(options.test);
  const auto box = sudoku::box_of_cells(train.front().question.size()).value();
  if (train.front().question.size() != test.front().question.size()) {
    throw Error(options.test + ": boards of another size than in " + options.train +
                "; both must be of one kind");
  }
  std::string command = "build sudoku";
  if (options.subsample) command += fmt::format(" --subsample {}", *options.subsample);
  if (options.augmentations > 0)
    command += fmt::format(" --augmentations {}", options.augmentations);
  if (options.subsample || options.augmentations > 0)
    command += fmt::format(" --seed {}", options.seed);
  auto set = empty_boards(box, command);
  for (const auto& file : {options.train, options.test}) add_source(set, file);
  if (options.augmentations > 0 && box.side() != 9)
    throw Error(
        "--augmentations: the reference's augmentation is for 9x9 boards; "
        "leave it out, training augments on the fly");
  if (options.subsample || options.augmentations > 0) {
    NumpyLegacy random(options.seed);
    set.train =
        sudoku::pack_as_reference(train, box, random, options.subsample, options.augmentations);
  } else {
    set.train = sudoku::pack(train, box);
  }
  set.test = sudoku::pack(test, box);
  warn_of_faults(task_for<data::Sudoku>(set.cells, set.vocabulary), set, options.strict);
  write_set(options.out, set);
}

struct GenerateOptions {
  std::string box = "2x3", givens, out;
  int64_t train = 1000, test = 1000;
  bool minimal = false;
  uint64_t seed = 0;
  int threads = 0;
};

void generate(const GenerateOptions& options) {
  sudoku::GenerateRequest request{.box = sudoku::parse_box(options.box),
                                  .train = options.train,
                                  .test = options.test,
                                  .givens = {},
                                  .minimal = options.minimal,
                                  .seed = options.seed,
                                  .threads = options.threads};
  auto command = fmt::format("generate sudoku --box {} --train {} --test {}", options.box,
                             options.train, options.test);
  if (!options.givens.empty()) {
    request.givens = parse_range<int>(options.givens, "--givens", "MIN:MAX, such as 8:14");
    command += " --givens " + options.givens;
  }
  if (options.minimal) command += " --minimal";
  auto set = empty_boards(request.box, command + fmt::format(" --seed {}", options.seed));
  check_is_new(options.out);
  auto bar = Progress::to_stderr("generate", options.train + options.test);
  const auto made = sudoku::generate(request, bar);
  bar.finish();
  set.train = sudoku::pack(made.train, request.box);
  set.test = sudoku::pack(made.test, request.box);
  write_set(options.out, set);
}

}  // namespace

void add_sudoku_build(CLI::App& parent, std::function<void()>& chosen) {
  auto* command = parent.add_subcommand("sudoku", "From CSV files or lists of puzzles");
  auto options = std::make_shared<BuildOptions>();
  command
      ->add_option("--train", options->train,
                   "Training puzzles, plain or .gz: a table whose first line names the columns, as "
                   "question,answer; or a puzzle a line, which is solved")
      ->type_name("FILE")
      ->required();
  command->add_option("--test", options->test, "Test puzzles, likewise")
      ->type_name("FILE")
      ->required();
  command
      ->add_option("--subsample", options->subsample,
                   "Take this many training puzzles, drawn as the reference's builder does")
      ->check(at_least(1));
  command
      ->add_option("--augmentations", options->augmentations,
                   "Write this many symmetric copies of each, as the reference's builder does; "
                   "not needed here, where training augments on the fly")
      ->check(at_least(0));
  command->add_option("--seed", options->seed, "Of subsample and augmentations");
  command->add_flag("--strict", options->strict,
                    "Refuse what else is warned of: repeats, test puzzles that are equivalent to "
                    "training ones, several solutions");
  command->add_option("out", options->out, "Folder to make")->required();
  command->callback([options, &chosen] { chosen = [options] { build(*options); }; });
}

void add_sudoku_generate(CLI::App& parent, std::function<void()>& chosen) {
  auto* command = parent.add_subcommand("sudoku", "Puzzles with one solution each");
  auto options = std::make_shared<GenerateOptions>();
  command->add_option("--box", options->box, "Cells of a block, RxC: 2x2, 2x3, 3x3 or 4x4")
      ->type_name("RxC")
      ->capture_default_str();
  command->add_option("--train", options->train, "Training puzzles")
      ->check(CLI::Range(int64_t{1}, int64_t{10'000'000}))
      ->capture_default_str();
  command
      ->add_option("--test", options->test,
                   "Test puzzles; no solution of theirs is equivalent to one of the training set")
      ->check(CLI::Range(int64_t{1}, int64_t{10'000'000}))
      ->capture_default_str();
  auto* givens = command->add_option("--givens", options->givens, "Givens of a puzzle, MIN:MAX")
                     ->type_name("RANGE");
  command->add_flag("--minimal", options->minimal, "No given can be left out")->excludes(givens);
  command->add_option("--seed", options->seed, "Same seed, same bytes")->capture_default_str();
  command->add_option("--threads", options->threads, "Processor threads; 0 for one a processor")
      ->check(CLI::Range(0, 1024));
  command->add_option("out", options->out, "Folder to make")->required();
  command->callback([options, &chosen] { chosen = [options] { generate(*options); }; });
}

}  // namespace trm::apps
