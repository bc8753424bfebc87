#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/app.h"
#include "apps/overrides.h"
#include "apps/result_file.h"
#include "core/error.h"
#include "core/log.h"
#include "core/terminal.h"
#include "eval/evaluator.h"
#include "experiment/assemble.h"

namespace {

using namespace trm;

constexpr const char* kExamples = R"(
A puzzle is one line of characters, '.' or '0' for an empty cell, or a drawn grid; '-' or nothing
reads it from the standard input. Cells that changed since the step before are highlighted.

Examples:
  trm-solve runs/quickstart ..4.5.....2.2....4.1...3......1...4.
  trm-solve runs/quickstart < puzzle.txt
  trm-solve runs/arc --example 3           the fourth test example of the run's data
  trm-solve runs/arc 012/345 --puzzle-id 7)";

struct Options {
  std::string run, puzzle, run_option, split = "test", weights = "ema";
  apps::Overrides overrides{"trm-solve"};
  apps::ResultFile json;
  std::optional<int64_t> example;
  int64_t puzzle_id = 0;
};

std::string read_puzzle(const std::string& given) {
  if (!given.empty() && given != "-") return given;
  constexpr size_t kMostBytes = 1 << 16;
  std::string text;
  for (char c; text.size() <= kMostBytes && std::cin.get(c);) text += c;
  if (text.size() > kMostBytes) throw Error("puzzle: longer than a puzzle can be");
  return text;
}

// Prints the board of each supervision step, with what changed set off.
class Printer {
 public:
  Printer(const data::Task& task, std::vector<data::Token> puzzle)
      : task_(task), answer_(std::move(puzzle)), colours_(has_colours(STDOUT_FILENO)) {}

  void print(int64_t step, const model::Output& output) {
    const auto predictions = output.logits[0].argmax(-1).to(at::kInt).cpu().contiguous();
    const auto* tokens = predictions.const_data_ptr<int32_t>();
    // vector<bool> gives no span.
    const auto changed = std::make_unique<bool[]>(answer_.size());
    int64_t count = 0;
    for (size_t i = 0; i < answer_.size(); ++i) {
      changed[i] = answer_[i] != tokens[i];
      count += changed[i] ? 1 : 0;
      answer_[i] = tokens[i];
    }
    const double halt = 1 / (1 + std::exp(-output.q_halt[0].item<double>()));
    steps_.push_back({{"cells_changed", count}, {"halting_probability", halt}});
    if (is_quiet()) return;
    apps::say(fmt::format("step {}: {} cells changed, halting probability {:.3f}\n{}", step, count,
                          halt, count > 0 ? draw({changed.get(), answer_.size()}) : ""));
  }

  const std::vector<data::Token>& answer() const { return answer_; }
  const nlohmann::ordered_json& steps() const { return steps_; }

 private:
  std::string draw(std::span<const bool> changed) const {
    return colours_ ? task_.draw(answer_, changed, "\033[1;32m", "\033[0m") : task_.draw(answer_);
  }

  const data::Task& task_;
  std::vector<data::Token> answer_;
  bool colours_;
  nlohmann::ordered_json steps_ = nlohmann::ordered_json::array();
};

// One row: what was typed, or an example of the run's data.
Batch row_of(const Options& options, const experiment::TrainedModel& trained,
             const data::Task& task) {
  if (options.example) {
    const auto data = experiment::open_split(trained.experiment.data, options.split);
    if (*options.example >= data->examples()) {
      throw Error(fmt::format("--example: {} of the {} of {}", *options.example, data->examples(),
                              data->name()));
    }
    const int64_t examples[] = {*options.example};
    return data::BatchReader(data, &task).read_padded(examples, 1);
  }
  const auto puzzle = task.parse(read_puzzle(options.puzzle));
  if (task.size_of(puzzle) == 0)
    throw Error("puzzle: nothing is given in it; there is nothing to solve");
  const auto& spec = trained.model->spec();
  if (options.puzzle_id >= spec.puzzles) {
    throw Error(fmt::format("--puzzle-id: the model knows {} puzzles", spec.puzzles));
  }
  auto inputs = torch::empty({1, spec.cells}, at::kInt);
  for (int64_t i = 0; i < spec.cells; ++i) {
    inputs.mutable_data_ptr<int32_t>()[i] = puzzle[static_cast<size_t>(i)];
  }
  return {inputs, torch::full({1, spec.cells}, kIgnoredLabel, at::kInt),
          torch::full({1}, options.puzzle_id, at::kInt), 1};
}

int solve(const Options& options) {
  std::vector<std::string> overrides = {"device=auto", "threads=0"};
  const auto given = options.overrides.all();
  overrides.insert(overrides.end(), given.begin(), given.end());
  auto trained = experiment::load_model(options.run, options.weights, overrides);
  data::PackedInfo info;
  info.cells = trained.model->spec().cells;
  info.vocabulary = trained.model->spec().vocabulary;
  const auto task = trained.experiment.data.task.create<data::Task>(info);
  const auto batch = row_of(options, trained, *task);
  const auto* cells = batch.inputs.const_data_ptr<int32_t>();
  const std::vector<data::Token> puzzle(cells, cells + info.cells);
  if (!is_quiet()) apps::say("puzzle\n" + task->draw(puzzle));
  Printer printer(*task, puzzle);
  eval::unroll(
      *trained.model, batch.to(trained.compute.device),
      trained.experiment.evaluate.depth.value_or(trained.experiment.model.halting.max_steps),
      [&](int64_t step, const model::Output& output) { printer.print(step, output); });

  nlohmann::ordered_json json = {{"puzzle", task->line(puzzle)},
                                 {"answer", task->line(printer.answer())},
                                 {"steps", printer.steps()}};
  apps::say(fmt::format("answer {}\n", task->line(printer.answer())));
  if (options.example) {
    const auto* labels = batch.labels.const_data_ptr<int32_t>();
    bool right = true;
    for (size_t i = 0; i < puzzle.size(); ++i) {
      right = right && (labels[i] == kIgnoredLabel || labels[i] == printer.answer()[i]);
    }
    json["exact"] = right;
    apps::say(fmt::format("exact: {}\n", right ? "yes" : "no"));
  }
  const auto scores = task->score(puzzle, printer.answer());
  const auto names = task->score_names();
  for (size_t i = 0; i < names.size(); ++i) {
    const bool whole = scores[i] == 0 || scores[i] == 1;
    json[std::string(names[i])] = scores[i];
    apps::say(fmt::format(
        "{}: {}\n", names[i],
        whole ? std::string(scores[i] == 1 ? "yes" : "no") : fmt::format("{:.3f}", scores[i])));
  }
  options.json.write(json);
  return 0;
}

void add_options(CLI::App& app, Options& options) {
  app.add_option("run", options.run, "A run folder or a checkpoint inside one")
      ->check(apps::is_name());
  app.add_option("puzzle", options.puzzle, "The puzzle, or - for the standard input")
      ->check(apps::is_name());
  auto& overrides = options.overrides;
  overrides.add_words(app);
  overrides.refuse({"seed", "train", "optim", "init", "evaluate.outputs", "evaluate.limit"});
  app.add_option("--run", options.run_option, "The run, for who names it so");
  app.add_option("--example", options.example, "An example of the data instead of a puzzle, from 0")
      ->check(apps::at_least(0));
  app.add_option("--split", options.split, "Of --example: test or train")
      ->check(CLI::IsMember({"test", "train"}));
  overrides.add_data(app, "Data folder; the one it was trained on when not given");
  app.add_option("--puzzle-id", options.puzzle_id,
                 "Row of the puzzle embedding, where puzzles have their own")
      ->check(apps::at_least(0));
  overrides.add_option(app, "--depth", "evaluate.depth",
                       "Supervision steps; as in training when not given");
  app.add_option("--weights", options.weights, "ema (averaged) or raw")
      ->check(CLI::IsMember({"ema", "raw"}));
  overrides.add_option(app, "--device", "device", "auto, cpu or cuda");
  options.json.add_json(app);
  overrides.add_threads(app);
  apps::add_quiet(app);
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_program([&] {
    CLI::App app("Solves one puzzle and shows every supervision step.", "trm-solve");
    apps::prepare(app, kExamples);
    Options options;
    add_options(app, options);
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    apps::place_run(options.run_option, {&options.run, &options.puzzle},
                    "run: none named; trm-solve RUN PUZZLE");
    return solve(options);
  });
}
