#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/random.h"
#include "tests/catch.h"
#include "tests/program.h"

namespace trm {

// ARC tasks of 3x3 grids, as files and as what the programs make of them.
struct SmallArc {
  using Json = nlohmann::ordered_json;
  ScratchFolder scratch;

  std::string at(const std::string& name) const { return (scratch / name).string(); }

  // Runs a program that has to succeed.
  Finished run(const std::string& program, const std::vector<std::string>& arguments) const {
    auto done = run_to_end(scratch, program, arguments);
    INFO(program << ": " << done.err);
    REQUIRE(done.code == 0);
    return done;
  }

  // NAME_challenges.json and NAME_solutions.json: two pairs to train on and two tests a task, drawn
  // from the task's name alone. A task mirrors its grids, or leaves them, by its name's last
  // letter.
  void write_tasks(const std::string& name, const std::vector<std::string>& tasks) const {
    auto challenges = Json::object(), solutions = Json::object();
    for (const auto& task : tasks) {
      Stream stream(1, "small arc " + task);
      for (int i = 0; i < 4; ++i) {
        auto input = Json::array(), output = Json::array();
        for (int r = 0; r < 3; ++r) {
          std::vector<int> row;
          for (int c = 0; c < 3; ++c) row.push_back(static_cast<int>(stream.below(10)));
          input.push_back(row);
          if (task.back() % 2 == 1) std::reverse(row.begin(), row.end());
          output.push_back(row);
        }
        if (i < 2) {
          challenges[task]["train"].push_back({{"input", input}, {"output", output}});
        } else {
          challenges[task]["test"].push_back({{"input", input}});
          solutions[task].push_back(output);
        }
      }
    }
    scratch.file(name + "_challenges.json", challenges.dump());
    scratch.file(name + "_solutions.json", solutions.dump());
  }

  // The data folder of tasks, all of them trained on and tested.
  std::string build(const std::string& name, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> command = {"build",  "arc",    "--train",         at(name),
                                        "--test", at(name), at(name + "_data")};
    command.insert(command.end(), more.begin(), more.end());
    run("trm-data", command);
    return at(name + "_data");
  }

  // A config that learns a little in a second.
  std::string config(const std::string& data, int steps) const {
    return scratch
        .file("config.yaml", "data: {path: " + data +
                                 R"(, task: {kind: arc, translate: false}, canvas: 3}
threads: 1
model:
  width: 32
  layers: [{mixer: token_mlp, repeat: 1}]
  input: {prefix: 1, positions: none}
  core: {H_cycles: 1, L_cycles: 2}
  halting: {max_steps: 2}
optim: {weights: {lr: 1e-2}, puzzle_lr: 1e-2, schedule: {warmup_steps: 5}, ema: null}
train: {batch: 8, log_steps: 10, save_steps: 1000, steps: )" +
                                 std::to_string(steps) + "}\n")
        .string();
  }
};

}  // namespace trm
