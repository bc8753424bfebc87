#pragma once

#include <map>

#include "data/tasks.h"
#include "eval/evaluator.h"
#include "tests/scratch_folder.h"
#include "tests/small_sudoku.h"

namespace trm::eval {

// Puzzles to evaluate, and what an evaluation of them says of each.
struct SmallEvaluation {
  ScratchFolder scratch;
  std::shared_ptr<const data::Dataset> data;
  std::shared_ptr<data::Task> task;
  Request request;
  // By example: of each, what it answered and went through.
  std::map<int64_t, torch::Tensor> answers;
  std::map<int64_t, History> histories;

  explicit SmallEvaluation(int64_t puzzles) {
    SmallSudoku{.train = 4, .test = puzzles}.write(scratch / "data");
    data = data::Dataset::open(scratch / "data", "test");
    task = data::task_that_fits(data->info()).create<data::Task>(data->info());
    request.data = data;
    request.examples = first_examples(*data, std::nullopt);
    request.whole_output = false;
  }

  Evaluation run(Solver& solver) {
    answers.clear();
    histories.clear();
    auto progress = Progress::silent();
    return evaluate(solver, *task, request, progress, [&](const Answers& some) {
      const auto breadth = request.search.breadth();
      for (size_t i = 0; i < some.examples.size(); ++i) {
        const auto place = static_cast<int64_t>(i);
        answers[some.examples[i]] = some.predictions[place].clone();
        histories[some.examples[i]] =
            record::slice(some.history, place * breadth, (place + 1) * breadth);
      }
    });
  }

  // The first supervision steps of what every trajectory of an example went through, as bytes.
  static bool same(const History& a, const History& b, int64_t steps) {
    bool same = true;
    for (const auto* field : {"exact", "accuracy", "value", "residual", "metrics", "changed"}) {
      const auto of = [&](const History& history) {
        torch::Tensor found;
        History::each(history, [&](const std::string& name, const torch::Tensor& x) {
          if (name == field) found = x.slice(1, 0, steps).nan_to_num(-1);
        });
        return found;
      };
      same = same && of(a).equal(of(b));
    }
    return same;
  }
};

}  // namespace trm::eval
