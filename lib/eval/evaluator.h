#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/progress.h"
#include "data/loader.h"
#include "dist/world.h"
#include "eval/evaluation.h"
#include "eval/stepper.h"
#include "model/model.h"

namespace trm::eval {

class KeptProgress;

// Rows that a worker of a processor computes at once. A product's bits can depend on how many rows
// it has, so that this is no setting: every answer is the same for any number of workers and any
// Request::batch.
inline constexpr int64_t kRowsOfWorker = 16;

// What to evaluate and how.
struct Request {
  std::shared_ptr<const data::Dataset> data;
  std::vector<int64_t> examples;  // of the data set, in order
  int64_t batch = 64;             // rows at once; on a CPU at least one part a worker
  Search search = {};             // how each puzzle is solved
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
  int64_t frames = 0;  // of how many of the first puzzles the sink reads every supervision step
  // Where what is done is kept, and what an evaluation before has left there taken over; null for
  // nowhere. Only where whole_output is false; of puzzles that are taken over there are no frames.
  KeptProgress* kept = nullptr;
};

// The first examples of a split, at most `limit` of them.
std::vector<int64_t> first_examples(const data::Dataset& data, std::optional<int64_t> limit);

// The answers of some puzzles, on the CPU.
struct Answers {
  Batch batch;
  torch::Tensor predictions;          // [B, L] int32, of the trajectories that answer
  std::span<const int64_t> examples;  // [B]
  const model::Output& output;        // [B, ...] of their last supervision step
  const History& history;             // of all their trajectories, B times Search::breadth() rows
  const Frames* frames;               // of the same, or null
  std::span<const int64_t> rows;      // [B] of the history, the trajectories that answer
};
using AnswerSink = std::function<void(const Answers&)>;

// Solves every puzzle as the request says. The model's weights are used as they are.
Evaluation evaluate(Solver& solver, const data::Task& task, const Request& request,
                    Progress& progress, const AnswerSink& sink = {});

}  // namespace trm::eval
