#include <fmt/format.h>

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
