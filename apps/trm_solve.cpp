#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/app.h"
#include "apps/model_options.h"
#include "apps/overrides.h"
#include "apps/result_file.h"
#include "apps/solve_check.h"
#include "apps/solve_example.h"
#include "apps/solve_frame.h"
#include "apps/solve_input.h"
#include "apps/solve_picture.h"
#include "apps/solve_report.h"
#include "apps/solve_watch.h"
#include "core/error.h"
#include "core/log.h"
#include "core/terminal.h"
#include "experiment/known_puzzles.h"

namespace {

using namespace trm;

constexpr const char* kExamples = R"(
A puzzle is one line of characters, '.' or '0' for an empty cell, or a drawn grid. Without one,
puzzles are read from the standard input, one a line; a terminal is asked for them. Cells that
changed since the step before are highlighted, and wrong ones where the answer is known.

--watch shows the same in one place: space pauses, the arrows (or n and p) go a step on and back,
+ and - change the speed, q ends. Of one puzzle --gif makes a moving picture with a frame a step,
and --svg a drawing of the puzzle and its answer.

The exit code is 0 whatever the answers are, and with --check 1 where one breaks the rules. A
Sudoku's are that it keeps the givens, and that no row, column or box has a digit twice; a maze's,
that one path leads from S to G, of any length. ARC and other tokens have no rules; there the answer
has to be known, and be met.

Examples:
  trm-solve runs/quickstart ..4.5.....2.2....4.1...3......1...4.
  trm-solve runs/quickstart < puzzles.txt
  trm-solve runs/quickstart --file puzzles.csv --csv answers.csv
  trm-solve runs/quickstart --example 3 --watch --speed 2
  trm-solve runs/quickstart --example 3 --gif solved.gif --svg solved.svg --svg-steps 1,2,8
  trm-solve runs/quickstart --file puzzles.csv --check --quiet > answers.txt || echo "not all good"
  trm-solve runs/arc --example 3   # the fourth test example of the run's data
  trm-solve runs/arc 012/345 --puzzle-id 7
  trm-solve runs/quickstart evaluate.depth=32 evaluate.breadth=8 evaluate.noise.sigma=0.3 \
    evaluate.select=best_q < puzzles.txt)";

struct Options {
  std::string run, puzzle, file;
  apps::ModelOptions model;
  apps::Overrides overrides{"trm-solve"};
  apps::ResultFile json, csv;
  apps::SolvePictures pictures;
  apps::WatchOptions watch;
  apps::SolveCheck check;
  std::optional<int64_t> example;
  int64_t puzzle_id = 0, copies = 20;
};

// A model, what it solves and how its answers are shown.
class Session {
 public:
  explicit Session(const Options& options)
      : options_(options),
        trained_(load(options)),
        searcher_(trained_),
        info_(info_of(trained_)),
        task_(trained_.experiment.data.task.create<data::Task>(info_)),
        report_(*task_, has_colours(STDOUT_FILENO), is_coloured()),
        frame_(*task_, has_colours(STDOUT_FILENO), is_coloured()),
        check_(options.check) {
    depth_ = experiment::evaluation_depth(trained_.experiment);
    if (options.puzzle_id >= trained_.model->spec().puzzles) {
      throw Error(
          fmt::format("--puzzle-id: the model knows {} puzzles", trained_.model->spec().puzzles));
    }
  }

  // The exit code.
  int run() {
    options_.pictures.check(1, depth_);
    const apps::PuzzleReader reader(*task_, info_);
    if (options_.example) {
      solve_example();
    } else if (!options_.file.empty()) {
      solve(reader.of_file(options_.file));
    } else if (!options_.puzzle.empty() && options_.puzzle != "-") {
      solve({reader.of_text(options_.puzzle)});
    } else if (options_.puzzle.empty() && is_terminal(STDIN_FILENO)) {
      while (const auto puzzle = reader.ask()) {
        solve({*puzzle});
        if (options_.pictures.wanted()) break;
      }
    } else {
      solve(reader.of_stream(std::cin, "standard input"));
    }
    options_.json.write_text(json_lines_);
    options_.csv.write_text(report_.csv_header() + csv_rows_);
    return check_.exit_code(*task_);
  }

 private:
  static experiment::TrainedModel load(const Options& options) {
    std::vector<std::string> overrides = {"device=auto", "threads=0"};
    const auto given = options.overrides.all();
    overrides.insert(overrides.end(), given.begin(), given.end());
    return experiment::load_model(options.run, options.model.weights, overrides);
  }
  static data::PackedInfo info_of(const experiment::TrainedModel& trained) {
    data::PackedInfo info;
    info.cells = trained.model->spec().cells;
    info.vocabulary = trained.model->spec().vocabulary;
    return info;
  }

  // Of a task whose cells are told by their colour.
  bool is_coloured() const { return trained_.experiment.data.task.kind() == "arc"; }

  void keep(const apps::Solved& solved) {
    check_.see(*task_, solved);
    if (options_.json.wanted()) json_lines_ += report_.json(solved).dump() + "\n";
    if (options_.csv.wanted()) csv_rows_ += report_.csv_row(solved);
  }

  apps::SolveWatch screen(size_t puzzles) const {
    return {frame_, options_.watch.speed, puzzles, static_cast<size_t>(depth_)};
  }

  apps::SolveTrace print_steps(const Batch& batch) const {
    auto trace = apps::trace_of(batch);
    apps::solve_batch(searcher_, batch, 0, [&](const auto& rows, const auto& before) {
      trace.add(rows[0]);
      if (is_quiet()) return;
      if (trace.steps() == 1) apps::say("puzzle\n" + report_.board(trace.solved.puzzle));
      apps::say(report_.step(trace.solved, before[0]));
    });
    return trace;
  }

  // One puzzle, step by step.
  void show(const Batch& batch, const std::string& title = "") {
    const bool watched = options_.watch.wanted;
    const auto trace = watched ? screen(1).solve(searcher_, batch, title) : print_steps(batch);
    if (watched && !is_quiet()) apps::say(report_.board(trace.solved.answer));
    apps::say(is_quiet() ? task_->line(trace.solved.answer) + "\n" : report_.verdict(trace.solved));
    options_.pictures.write(*task_, trace, options_.watch.speed);
    keep(trace.solved);
  }

  // Several, one after another until somebody has seen enough: those that were.
  std::vector<apps::Solved> watch(const std::vector<apps::WrittenPuzzle>& puzzles) {
    auto shown = screen(puzzles.size());
    std::vector<apps::Solved> all;
    while (all.size() < puzzles.size() && !shown.ended()) {
      const auto batch = batch_of(std::span(puzzles).subspan(all.size(), 1));
      all.push_back(shown.solve(searcher_, batch).solved);
      keep(all.back());
    }
    return all;
  }

  void solve_example() {
    auto examples = experiment::open_examples(trained_.experiment.data, options_.model.split);
    const auto number = static_cast<size_t>(*options_.example);
    if (number >= examples.numbers.size()) {
      throw Error(fmt::format("--example: {} of the {} of {}", number, examples.numbers.size(),
                              examples.data->name()));
    }
    const auto chosen = examples.numbers[number];
    examples.numbers =
        apps::SolveExample(examples.data, *task_, chosen).examples_of_copies(options_.copies);
    const auto known = experiment::as_model_knows(trained_, examples, options_.model.unknown);
    const apps::SolveExample example(known.data, *task_, chosen);
    if (!is_quiet() && !example.title().empty()) apps::say(example.title() + "\n");
    const auto batch = example.batch();
    check_.require(*task_, fmt::format("example {}", number),
                   apps::trace_of(batch).solved.is_known());
    show(batch, example.title());
    if (!is_quiet()) {
      apps::say(example.votes(trained_, report_, options_.copies, rows_at_once(), depth_));
    }
  }

  void solve(const std::vector<apps::WrittenPuzzle>& puzzles) {
    options_.pictures.check(puzzles.size(), depth_);
    for (const auto& puzzle : puzzles)
      check_.require(*task_, puzzle.where, puzzle.answer.has_value());
    if (puzzles.size() == 1) return show(batch_of(puzzles));
    std::vector<apps::Solved> all;
    if (options_.watch.wanted) all = watch(puzzles);
    // Files and --check are about all of them, whoever has seen enough.
    const bool of_all = !options_.watch.wanted || options_.json.wanted() || options_.csv.wanted() ||
                        check_.wanted();
    auto bar = Progress::to_stderr("solve", static_cast<int64_t>(puzzles.size()),
                                   static_cast<int64_t>(all.size()));
    while (of_all && all.size() < puzzles.size()) {
      const auto rows = std::min(puzzles.size() - all.size(), static_cast<size_t>(rows_at_once()));
      const auto batch = batch_of(std::span(puzzles).subspan(all.size(), rows));
      for (auto& solved : apps::solve_batch(searcher_, batch, static_cast<int64_t>(all.size()))) {
        keep(solved);
        all.push_back(std::move(solved));
      }
      bar.update(static_cast<int64_t>(all.size()));
    }
    bar.clear();
    for (size_t i = 0; i < all.size(); ++i) {
      apps::say(is_quiet() ? task_->line(all[i].answer) + "\n" : report_.line(i + 1, all[i]));
    }
    if (!is_quiet()) apps::say(report_.summary(all));
  }

  int64_t rows_at_once() const { return trained_.experiment.evaluate.batch.value_or(32); }

  Batch batch_of(std::span<const apps::WrittenPuzzle> puzzles) const {
    return apps::batch_of(puzzles, info_.cells, options_.puzzle_id);
  }

  const Options& options_;
  experiment::TrainedModel trained_;
  apps::Searcher searcher_;
  data::PackedInfo info_;
  std::shared_ptr<data::Task> task_;
  apps::SolveReport report_;
  apps::SolveFrame frame_;
  apps::SolveCheck check_;
  int64_t depth_;
  std::string json_lines_, csv_rows_;
};

void add_options(CLI::App& app, Options& options) {
  app.add_option("run", options.run, "A run folder or a checkpoint inside one")
      ->check(apps::is_name());
  app.add_option("puzzle", options.puzzle, "The puzzle, or - for the standard input")
      ->check(apps::is_name());
  auto& overrides = options.overrides;
  overrides.add_words(app);
  overrides.refuse({"seed", "train", "optim", "init", "evaluate.outputs", "evaluate.limit"});
  options.model.add(app, overrides);
  app.add_option("--file", options.file,
                 "A file of puzzles, one a line or drawn, or a table (CSV) with names above its "
                 "columns: question and, where it is known, answer")
      ->type_name("FILE")
      ->check(CLI::Validator(CLI::ExistingFile).description(""));
  app.add_option("--example", options.example, "An example of the data instead of a puzzle, from 0")
      ->check(apps::at_least(0))
      ->excludes("--file");
  app.add_option("--copies", options.copies,
                 "Of --example: copies of an ARC task that vote, 0 for none")
      ->check(apps::at_least(0))
      ->capture_default_str();
  app.add_option("--puzzle-id", options.puzzle_id,
                 "Row of the puzzle embedding, where puzzles have their own")
      ->check(apps::at_least(0));
  options.json.add_option(app, "--json",
                          "Write the answers as JSON, a puzzle a line, to this file");
  options.csv.add_option(app, "--csv",
                         "Write the answers as a table, a puzzle a line, to this file");
  options.pictures.add_options(app);
  options.watch.add_options(app);
  options.check.add_option(app);
  overrides.add_threads(app);
  apps::add_quiet(app);
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_program([&] {
    CLI::App app("Solves puzzles and shows every supervision step.", "trm-solve");
    apps::prepare(app, kExamples);
    Options options;
    add_options(app, options);
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    apps::place_run(options.model.run, {&options.run, &options.puzzle},
                    "run: none named; trm-solve RUN PUZZLE");
    options.watch.prepare();
    return Session(options).run();
  });
}
