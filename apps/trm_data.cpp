#include <fmt/format.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/app.h"
#include "apps/data_arc.h"
#include "apps/data_fetch.h"
#include "apps/data_inspect.h"
#include "apps/data_maze.h"
#include "apps/data_sudoku.h"
#include "apps/result_file.h"
#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "data/dataset.h"

namespace {

// Examples of each command, by its name; both go on after "trm-data ".
const std::map<std::string, std::vector<const char*>> kCommandExamples = {
    {"build",
     {"build sudoku --train train.csv --test test.csv data/sudoku_extreme", "build arc --help"}},
    {"build sudoku",
     {"build sudoku --train train.csv --test test.csv data/sudoku_extreme",
      "build sudoku --train train.csv --test test.csv --subsample 1000 data/sudoku_1k"}},
    {"build maze", {"build maze --train train.csv --test test.csv data/maze_hard"}},
    {"build arc",
     {"build arc --train arc-agi_training --test arc-agi_evaluation data/arc1",
      "build arc --train tasks/ --test tasks/ --fit 10 --tasks 10 data/arc_small"}},
    {"generate",
     {"generate sudoku --box 2x3 --train 5000 --test 1000 --minimal data/sudoku_6x6",
      "generate maze --help"}},
    {"generate sudoku",
     {"generate sudoku --box 2x3 --train 5000 --test 1000 --minimal data/sudoku_6x6",
      "generate sudoku --box 3x3 --givens 24:30 --seed 1 data/sudoku_9x9"}},
    {"generate maze",
     {"generate maze --size 8 --train 40000 --min-path 8 --density 0.3:0.45 data/maze_8x8",
      "generate maze --size 15 --min-path 40 --perfect data/maze_perfect"}},
    {"inspect",
     {"inspect data/sudoku_6x6", "inspect data/arc1 --show 3 --html arc1.html",
      "inspect --run runs/first --json -"}}};

constexpr const char* kExamples = R"(
Examples:
  trm-data generate sudoku --box 2x3 --train 5000 --test 1000 --minimal data/sudoku_6x6
  trm-data fetch sudoku-extreme data/files/sudoku_extreme
  trm-data build sudoku --train train.csv --test test.csv data/sudoku_extreme
  trm-data build arc --train arc-agi_training --train arc-agi_concept --test arc-agi_evaluation data/arc1
  trm-data generate maze --size 8 --train 40000 --test 1000 --min-path 8 data/maze_8x8
  trm-data inspect data/sudoku_6x6)";

// The commands that do something, in all depths.
std::vector<CLI::App*> leaves_of(CLI::App& app) {
  std::vector<CLI::App*> leaves;
  for (auto* command : app.get_subcommands({})) {
    const auto below = leaves_of(*command);
    leaves.insert(leaves.end(), below.begin(), below.end());
  }
  return leaves.empty() ? std::vector{&app} : leaves;
}

// "build sudoku".
std::string name_of(const CLI::App& command) {
  const auto* parent = command.get_parent();
  const bool outer = parent != nullptr && parent->get_parent() != nullptr;
  return (outer ? name_of(*parent) + " " : "") + command.get_name();
}

void add_examples(CLI::App& app) {
  for (auto* command : app.get_subcommands({})) {
    if (const auto found = kCommandExamples.find(name_of(*command));
        found != kCommandExamples.end()) {
      std::string text = "\nExamples:\n";
      for (const char* example : found->second) text += fmt::format("  trm-data {}\n", example);
      command->footer(text);
    }
    add_examples(*command);
  }
}

// What --json says of the folder that a command made, by its files.
nlohmann::ordered_json made_json(const std::string& folder) {
  nlohmann::ordered_json json = {{"folder", folder}};
  if (trm::fs::exists(trm::fs::path(folder) / "train")) {
    for (const std::string split : {"train", "test"}) {
      const auto data = trm::data::Dataset::open(folder, split);
      json[split] = {{"groups", data->groups()},
                     {"puzzles", data->puzzles()},
                     {"examples", data->examples()},
                     {"sha256", data->hash()}};
    }
  }
  return json;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace trm;
  return apps::run_program([&] {
    CLI::App app("Makes and shows puzzle sets.", "trm-data");
    apps::prepare(app, kExamples);
    app.require_subcommand(1);
    std::function<void()> chosen;
    auto* build = app.add_subcommand("build", "Make a data folder from files");
    auto* generate = app.add_subcommand("generate", "Make a data folder of new puzzles");
    build->require_subcommand(1);
    generate->require_subcommand(1);
    apps::add_sudoku_build(*build, chosen);
    apps::add_arc_build(*build, chosen);
    apps::add_sudoku_generate(*generate, chosen);
    apps::add_maze_build(*build, chosen);
    apps::add_maze_generate(*generate, chosen);
    apps::add_fetch(app, chosen);
    apps::add_inspect(app, chosen);
    add_examples(app);
    apps::ResultFile json;
    for (auto* command : leaves_of(app)) {
      if (command->get_option_no_throw("--json") == nullptr) json.add_json(*command);
      apps::add_quiet(*command);
    }
    if (const auto code = apps::parse(app, apps::with_words_as_options(app, argc, argv)))
      return *code;
    if (!app.got_subcommand("inspect")) watch_for_interrupts();
    chosen();
    if (interrupt_signal() != 0) return 128 + interrupt_signal();
    for (auto* command : leaves_of(app)) {
      if (json.wanted() && command->parsed())
        json.write(made_json(command->get_option("out")->as<std::string>()));
    }
    return 0;
  });
}
