#include "apps/data_maze.h"

#include <fmt/format.h>

#include <memory>

#include "apps/app.h"
#include "apps/data_audit.h"
#include "apps/number_range.h"
#include "apps/puzzle_set.h"
#include "core/error.h"
#include "core/log.h"
#include "data/fault_list.h"
#include "data/tasks/maze/build.h"
#include "data/tasks/maze/generate.h"
#include "data/tasks/maze/import.h"
#include "data/tasks/maze/task.h"

namespace trm::apps {
namespace {

namespace maze = data::maze;

data::PackedSet empty_mazes(size_t cells, std::string command) {
  auto set = empty_set("maze", std::move(command));
  set.cells = static_cast<int64_t>(cells);
  set.vocabulary = maze::kVocabulary;
  return set;
}

struct BuildOptions {
  std::string train, test, out, symbols;
  bool augment = false, strict = false;
};

std::vector<maze::Puzzle> read(const std::string& file, const maze::Symbols& symbols) {
  auto bar = Progress::to_stderr("read " + file, 0);
  auto imported = maze::read_csv(file, symbols, bar);
  bar.finish();
  if (imported.solved > 0)
    log_info(fmt::format("{}: {} without answers, solved here", file,
                         data::number_of(imported.solved, "maze")));
  return std::move(imported.puzzles);
}

void build(const BuildOptions& options) {
  check_is_new(options.out);
  const maze::Symbols symbols(options.symbols);
  const auto train = read(options.train, symbols), test = read(options.test, symbols);
  const size_t cells = train.front().question.size();
  if (test.front().question.size() != cells) {
    throw Error(fmt::format("{}: mazes of {} cells where {} has {}; both must be of one size",
                            options.test, test.front().question.size(), options.train, cells));
  }
  std::string command = "build maze";
  if (options.augment) command += " --augment";
  if (!options.symbols.empty()) command += " --symbols " + options.symbols;
  auto set = empty_mazes(cells, command);
  for (const auto& file : {options.train, options.test}) add_source(set, file);
  set.train = maze::pack(train, options.augment ? maze::Copies::kSymmetries : maze::Copies::kOne);
  set.test = maze::pack(test);
  warn_of_faults(task_for<data::Maze>(set.cells, set.vocabulary), set, options.strict);
  write_set(options.out, set);
}

struct GenerateOptions {
  std::string density = "0.3:0.5", out;
  size_t size = 8;
  int64_t train = 1000, test = 1000, least_steps = 8;
  bool perfect = false;
  uint64_t seed = 0;
  int threads = 0;
};

void generate(const GenerateOptions& options) {
  maze::GenerateRequest request{.side = options.size,
                                .train = options.train,
                                .test = options.test,
                                .least_steps = options.least_steps,
                                .layout = maze::Perfect{},
                                .seed = options.seed,
                                .threads = options.threads};
  if (!options.perfect) {
    const auto [low, high] =
        parse_range<double>(options.density, "--density", "LOW:HIGH, such as 0.3:0.5");
    request.layout = maze::Density{low, high};
  }
  auto set = empty_mazes(
      options.size * options.size,
      fmt::format("generate maze --size {} --train {} --test {} --min-path {} {} --seed {}",
                  options.size, options.train, options.test, options.least_steps,
                  options.perfect ? "--perfect" : "--density " + options.density, options.seed));
  check_is_new(options.out);
  auto bar = Progress::to_stderr("generate", options.train + options.test);
  const auto made = maze::generate(request, bar);
  bar.finish();
  set.train = maze::pack(made.train);
  set.test = maze::pack(made.test);
  write_set(options.out, set);
}

}  // namespace

void add_maze_build(CLI::App& parent, std::function<void()>& chosen) {
  auto* command = parent.add_subcommand("maze", "From CSV files of mazes");
  auto options = std::make_shared<BuildOptions>();
  command
      ->add_option("--train", options->train,
                   "Training mazes, plain or .gz: a table whose first line names the columns, as "
                   "question,answer; without answers they are solved")
      ->type_name("FILE")
      ->required();
  command->add_option("--test", options->test, "Test mazes, likewise")
      ->type_name("FILE")
      ->required();
  command
      ->add_option("--symbols", options->symbols,
                   "What the files have for cells, where it is not '# SGo': characters by name, "
                   "as wall=1,open=0,start=A,goal=B,path=x")
      ->type_name("NAME=CHARACTER,...");
  command->add_flag(
      "--strict", options->strict,
      "Refuse what else is warned of: repeats, test mazes that are images of training "
      "ones, labels that are not shortest paths");
  command->add_flag("--augment", options->augment,
                    "Write the eight symmetric images of each training maze, as the reference's "
                    "builder does; not needed here, where training augments on the fly");
  command->add_option("out", options->out, "Folder to make")->required();
  command->callback([options, &chosen] { chosen = [options] { build(*options); }; });
}

void add_maze_generate(CLI::App& parent, std::function<void()>& chosen) {
  auto* command = parent.add_subcommand("maze", "Square mazes and a shortest path through each");
  auto options = std::make_shared<GenerateOptions>();
  command->add_option("--size", options->size, "Cells a side")
      ->check(CLI::Range(maze::kLeastSide, maze::kMostSide))
      ->capture_default_str();
  command->add_option("--train", options->train, "Training mazes")
      ->check(CLI::Range(int64_t{1}, int64_t{10'000'000}))
      ->capture_default_str();
  command
      ->add_option("--test", options->test,
                   "Test mazes; none is a symmetric image of one of the training set")
      ->check(CLI::Range(int64_t{1}, int64_t{10'000'000}))
      ->capture_default_str();
  command->add_option("--min-path", options->least_steps, "Fewest steps from S to G")
      ->check(at_least(1))
      ->capture_default_str();
  auto* density = command
                      ->add_option("--density", options->density,
                                   "Share of cells that are walls, drawn evenly from LOW:HIGH")
                      ->type_name("RANGE")
                      ->capture_default_str();
  command->add_flag("--perfect", options->perfect, "One path only between any two open cells")
      ->excludes(density);
  command->add_option("--seed", options->seed, "Same seed, same bytes")->capture_default_str();
  command->add_option("--threads", options->threads, "Processor threads; 0 for one a processor")
      ->check(CLI::Range(0, 1024));
  command->add_option("out", options->out, "Folder to make")->required();
  command->callback([options, &chosen] { chosen = [options] { generate(*options); }; });
}

}  // namespace trm::apps
