#include "eval/evaluator.h"

#include <ATen/ops/stack.h>

#include <bit>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>

#include "core/interrupt.h"
#include "tensor/values.h"
#include "tensor/workers.h"

namespace trm::eval {
namespace {

using torch::Tensor;

// Ratings fall into 0, 1, 2-3, 4-7, ...: harder puzzles are rarer.
class RatingTable {
 public:
  void add(int64_t rating, bool exact) {
    const auto magnitude = static_cast<uint64_t>(std::max<int64_t>(rating, 0));
    auto& bin = bins_[static_cast<int>(std::bit_width(magnitude))];
    ++bin.puzzles;
    bin.exact += exact ? 1 : 0;
  }
  std::vector<RatingScore> take() const {
    std::vector<RatingScore> scores;
    for (const auto& [width, bin] : bins_) {
      const int64_t low = width == 0 ? 0 : int64_t{1} << (width - 1);
      scores.push_back({low, width == 0 ? 0 : 2 * low - 1, bin.puzzles,
                        static_cast<double>(bin.exact) / static_cast<double>(bin.puzzles)});
    }
    return scores;
  }

 private:
  struct Bin {
    int64_t puzzles = 0, exact = 0;
  };
  std::map<int, Bin> bins_;
};

// Rows that a worker of a processor computes at once. A product's bits can depend on how many rows
// it has, so that this is no setting: every answer is the same for any number of workers and any
// Request::batch.
constexpr int64_t kRowsOfWorker = 16;

// What a worker, of whatever rank, makes of some examples.
struct Part {
  std::span<const int64_t> examples;
  Batch host = {};  // with padding rows
  model::Output last = {};
  Tensor predictions = {};  // [B, L] int32, on the CPU
  Tensor sums = {};         // [depth, kSums] float64, on the device
};

class Run {
 public:
  Run(model::Model& model, const loss::TokenLoss& token_loss, const data::Task& task,
      const Request& request, const AnswerSink& sink)
      : model_(model),
        token_loss_(token_loss),
        request_(request),
        sink_(sink),
        scorer_(
            task.scorer({*request.data, request.examples, request.compatible, request.earlier})),
        reader_(request.data, &task),
        rows_(model.compute().device.is_cuda() ? request.batch : kRowsOfWorker),
        sums_(torch::zeros({request.depth, loss::kSums}, at::kDouble)) {
    const auto parts = (static_cast<int64_t>(request.examples.size()) + rows_ - 1) / rows_;
    for (int64_t w = 1; w < workers_for(model.compute(), parts); ++w)
      replicas_.push_back(model.replica());
  }

  // Examples that are under way at the same time, the same number on all ranks.
  int64_t examples_at_once() const {
    const auto ranks = static_cast<int64_t>(request_.world->ranks());
    const auto workers = ranks > 1 ? ranks : static_cast<int64_t>(replicas_.size()) + 1;
    return rows_ * std::max((request_.batch + rows_ - 1) / rows_, workers);
  }

  void add(std::span<const int64_t> examples) {
    std::vector<Part> parts;
    for (size_t begin = 0; begin < examples.size(); begin += static_cast<size_t>(rows_)) {
      const auto count = std::min(static_cast<size_t>(rows_), examples.size() - begin);
      parts.push_back({.examples = examples.subspan(begin, count)});
    }
    for (auto& part : parts) part.host = reader_.read_padded(part.examples, rows_);
    const auto& world = *request_.world;
    const auto count = static_cast<int64_t>(parts.size());
    const auto share = (count + world.ranks() - 1) / world.ranks();
    const auto first = std::min(share * world.rank(), count), own = std::min(share, count - first);
    std::optional<Interrupted> interrupted;
    try {
      for_each_item(model_.compute(), own, [&](int64_t worker, int64_t item) {
        auto& model = worker == 0 ? model_ : *replicas_[static_cast<size_t>(worker) - 1];
        answer(model, parts[static_cast<size_t>(first + item)]);
      });
    } catch (const Interrupted& asked) {
      interrupted = asked;
    }
    agree(interrupted);
    gather(parts, share);
    for (const auto& part : parts) {
      sums_ += part.sums.cpu();
      const Answers answers{part.host.slice(0, part.host.puzzles),
                            part.predictions.slice(0, 0, part.host.puzzles), part.examples,
                            part.last};
      score(answers);
      if (sink_) sink_(answers);
    }
  }

  Evaluation result() const {
    Evaluation evaluation;
    evaluation.puzzles = puzzles_;
    evaluation.known = known_;
    for (int64_t step = 0; step < request_.depth; ++step) {
      evaluation.by_step.push_back(scores_of(row_of<double>(sums_, step)));
    }
    evaluation.scores = evaluation.by_step.back();
    evaluation.by_rating = ratings_.take();
    auto report = scorer_->report();
    evaluation.by_task = std::move(report.scores);
    evaluation.files = std::move(report.files);
    return evaluation;
  }

 private:
  // Where one rank was interrupted all are.
  void agree(const std::optional<Interrupted>& interrupted) const {
    int signal = interrupted ? interrupted->signal : 0;
    for (const auto& of_rank : request_.world->all_gather(torch::tensor({signal})))
      signal = std::max(signal, of_rank.item<int>());
    if (signal != 0) throw Interrupted{signal};
  }

  // Every part as the rank that has it made it: `share` parts a rank, the last ranks fewer.
  void gather(std::vector<Part>& parts, int64_t share) const {
    auto& world = *request_.world;
    if (world.ranks() == 1) return;
    const auto count = static_cast<int64_t>(parts.size());
    const auto meet = [&](const Tensor& none, const auto& field) {
      std::vector<Tensor> own;
      for (int64_t i = 0; i < share; ++i) {
        const auto part = share * world.rank() + i;
        own.push_back(part < count ? field(parts[static_cast<size_t>(part)]).cpu() : none);
      }
      const auto all = world.all_gather(at::stack(own));
      for (int64_t i = 0; i < count; ++i)
        field(parts[static_cast<size_t>(i)]) = all[static_cast<size_t>(i / share)][i % share];
    };
    const auto& spec = model_.spec();
    meet(torch::zeros({request_.depth, loss::kSums}, at::kDouble),
         [](Part& part) -> Tensor& { return part.sums; });
    meet(torch::zeros({rows_, spec.cells}, at::kInt),
         [](Part& part) -> Tensor& { return part.predictions; });
    meet(torch::zeros({rows_}), [](Part& part) -> Tensor& { return part.last.q_halt; });
    if (!sink_ || !request_.whole_output) return;
    meet(torch::zeros({rows_}), [](Part& part) -> Tensor& { return part.last.q_continue; });
    meet(torch::zeros({rows_, spec.cells, spec.vocabulary}, model_.compute().precision),
         [](Part& part) -> Tensor& { return part.last.logits; });
  }

  void answer(model::Model& model, Part& part) const {
    const auto batch = part.host.to(model.compute().device);
    part.sums = torch::zeros({request_.depth, loss::kSums},
                             torch::dtype(at::kDouble).device(model.compute().device));
    // In evaluation every row halts at once, after the last step (spec 3).
    const auto options = batch.puzzle_ids.options();
    const model::Carry carry{{},
                             torch::full({batch.rows()}, request_.depth, options),
                             torch::ones({batch.rows()}, options.dtype(at::kBool)),
                             batch};
    // The references' loss of the halting value has rows without labels in it, as right ones:
    // padding, and puzzles whose answers are not known.
    const auto labelled = batch.labels.ne(kIgnoredLabel).any(1);
    const auto counted = request_.compatible ? torch::ones_like(labelled) : labelled;
    unroll(model, batch, request_.depth, [&](int64_t step, const model::Output& output) {
      if (request_.interruptible) throw_if_interrupted();
      const auto terms =
          loss::act_loss(output, carry, token_loss_, {.halting_rows = counted.to(at::kFloat)});
      part.sums[step - 1] += terms.sums;
      if (step == request_.depth) part.last = output;
    });
    part.predictions = part.last.logits.argmax(-1).to(at::kInt).cpu();
  }

  // Everything is divided by the count, of which the references make one at least.
  Scores scores_of(std::span<const double> values) const {
    const auto sums = loss::sums_from(values);
    const double count = request_.compatible ? std::max(sums.count, 1.0) : sums.count;
    const auto mean = loss::means(sums, count, request_.compatible);
    return {.exact_accuracy = mean.exact_accuracy,
            .accuracy = mean.accuracy,
            .q_halt_accuracy = mean.q_halt_accuracy,
            .lm_loss = mean.lm_loss,
            .q_halt_loss = mean.q_halt_loss};
  }

  void score(const Answers& answers) {
    // A column of the head's [B, 2], so that its numbers do not lie side by side.
    const auto column = answers.output.q_halt.cpu().contiguous();
    const auto q_halt = values_of<float>(column);
    for (int64_t r = 0; r < answers.predictions.size(0); ++r) {
      const auto inputs = row_of<data::Token>(answers.batch.inputs, r);
      const auto labels = row_of<data::Token>(answers.batch.labels, r);
      const auto predictions = row_of<data::Token>(answers.predictions, r);
      bool known = false, exact = true;
      for (size_t i = 0; i < labels.size(); ++i) {
        known = known || labels[i] != kIgnoredLabel;
        exact = exact && (labels[i] == kIgnoredLabel || labels[i] == predictions[i]);
      }
      const auto example = answers.examples[static_cast<size_t>(r)];
      scorer_->add({example, inputs, predictions, q_halt[static_cast<size_t>(r)]});
      const auto rating = request_.data->rating(example);
      if (rating && known) ratings_.add(*rating, exact);
      ++puzzles_;
      known_ += known ? 1 : 0;
    }
  }

  model::Model& model_;
  const loss::TokenLoss& token_loss_;
  const Request& request_;
  const AnswerSink& sink_;
  std::unique_ptr<data::Scorer> scorer_;
  data::BatchReader reader_;
  std::vector<std::shared_ptr<model::Model>> replicas_;  // of every worker but the first
  int64_t rows_;                                         // of a worker at once
  Tensor sums_;                                          // [depth, kSums], on the CPU
  RatingTable ratings_;
  int64_t puzzles_ = 0, known_ = 0;
};

}  // namespace

double Evaluation::standard_error() const {
  const double p = scores.exact_accuracy;
  return known > 0 ? std::sqrt(p * (1 - p) / static_cast<double>(known)) : 0;
}

std::vector<int64_t> first_examples(const data::Dataset& data, std::optional<int64_t> limit) {
  std::vector<int64_t> examples(
      static_cast<size_t>(std::min(data.examples(), limit.value_or(data.examples()))));
  std::iota(examples.begin(), examples.end(), int64_t{0});
  return examples;
}

void unroll(model::Model& model, const Batch& batch, int64_t depth, const StepVisitor& visit) {
  torch::NoGradGuard no_grad;
  auto carry = model::Halting::fresh(model.initial(), batch);
  model::Halting::begin(carry, batch, model.initial());
  for (int64_t step = 1; step <= depth; ++step) {
    visit(step, model.forward(carry.state, carry.data,
                              {.phase = model::Phase::kEvaluation, .supervision_step = step}));
  }
}

Evaluation evaluate(model::Model& model, const loss::TokenLoss& token_loss, const data::Task& task,
                    const Request& request, Progress& progress, const AnswerSink& sink) {
  torch::NoGradGuard no_grad;
  const auto start = std::chrono::steady_clock::now();
  Run run(model, token_loss, task, request, sink);
  const auto count = static_cast<int64_t>(request.examples.size());
  for (int64_t begin = 0; begin < count; begin += run.examples_at_once()) {
    const auto rows = std::min(run.examples_at_once(), count - begin);
    try {
      run.add({request.examples.data() + begin, static_cast<size_t>(rows)});
    } catch (const Interrupted&) {
      break;
    }
    progress.update(begin + rows);
  }
  auto evaluation = run.result();
  evaluation.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return evaluation;
}

}  // namespace trm::eval
