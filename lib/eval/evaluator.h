#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "data/loader.h"
#include "dist/world.h"
#include "loss/act_loss.h"
#include "model/model.h"

namespace trm::eval {

// What to evaluate and how.
struct Request {
  std::shared_ptr<const data::Dataset> data;
  std::vector<int64_t> examples;  // of the data set, in order
  int64_t batch = 64;             // rows at once; on a CPU at least one part a worker
  int64_t depth = 0;              // supervision steps of every puzzle
  bool compatible = false;        // scores by the references' rule where ours differs
  bool interruptible =
      false;                 // Ctrl-C ends it within a supervision step, with fewer puzzles scored
  data::Files earlier = {};  // what the evaluation before made, for data::ScorerContext
  // The ranks that evaluate together, each with a call of evaluate() for the same; every one gets
  // the whole result and every answer.
  std::shared_ptr<dist::World> world = dist::one_process();
  // Whether the sink reads all of Answers::output; else it reads q_halt at most, and ranks exchange
  // no more.
  bool whole_output = true;
};

// The first examples of a split, at most `limit` of them.
std::vector<int64_t> first_examples(const data::Dataset& data, std::optional<int64_t> limit);

// Means over the puzzles whose answers are known (spec 4 and 6.6); NaN where none is. Others and
// padding rows count nowhere, unless in q_halt_loss by the references' rule.
struct Scores {
  double exact_accuracy = 0, accuracy = 0, q_halt_accuracy = 0, lm_loss = 0, q_halt_loss = 0;
};

struct RatingScore {
  int64_t low = 0, high = 0;  // ratings low .. high
  int64_t puzzles = 0;
  double exact_accuracy = 0;
};

struct Evaluation {
  int64_t puzzles = 0;
  int64_t known = 0;            // of them with a known answer, which scores are of
  Scores scores;                // after the last supervision step
  std::vector<Scores> by_step;  // after each supervision step
  std::vector<RatingScore> by_rating;
  std::vector<data::Score> by_task;
  data::Files files;  // what the task makes of the answers
  double seconds = 0;

  // Of exact_accuracy, as of a share of independent puzzles.
  double standard_error() const;
};

// The answers of one batch, on the CPU, padding rows dropped.
struct Answers {
  Batch batch;
  torch::Tensor predictions;          // [B, L] int32
  std::span<const int64_t> examples;  // [B]
  const model::Output& output;  // of the last supervision step, on the device, padding and all
};
using AnswerSink = std::function<void(const Answers&)>;

// Runs every puzzle for exactly `depth` supervision steps from a fresh state. The model's weights
// are used as they are.
Evaluation evaluate(model::Model& model, const loss::TokenLoss& token_loss, const data::Task& task,
                    const Request& request, Progress& progress, const AnswerSink& sink = {});

// Supervision steps of a batch from a fresh state, without gradients: f(step from 1, output).
using StepVisitor = std::function<void(int64_t, const model::Output&)>;
void unroll(model::Model& model, const Batch& batch, int64_t depth, const StepVisitor& visit);

}  // namespace trm::eval
