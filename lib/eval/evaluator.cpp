#include "eval/evaluator.h"

#include <bit>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>

#include "core/interrupt.h"
#include "tensor/values.h"

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
        sums_(torch::zeros({request.depth, loss::kSums},
                           torch::dtype(at::kDouble).device(model.compute().device))) {}

  void add(std::span<const int64_t> examples) {
    const auto host = reader_.read_padded(examples, request_.batch);
    const auto batch = host.to(model_.compute().device);
    model::Output last;
    Tensor predictions;
    // In evaluation every row halts at once, after the last step (spec 3).
    const auto options = batch.puzzle_ids.options();
    const model::Carry carry{{},
                             torch::full({batch.rows()}, request_.depth, options),
                             torch::ones({batch.rows()}, options.dtype(at::kBool)),
                             batch};
    // The references' loss of the halting value has rows without labels in it, as right ones:
    // padding, and puzzles whose answers are not known.
    const auto labelled = batch.labels.ne(kIgnoredLabel).any(1);
    const auto rows = request_.compatible ? torch::ones_like(labelled) : labelled;
    unroll(model_, batch, request_.depth, [&](int64_t step, const model::Output& output) {
      if (request_.interruptible) throw_if_interrupted();
      const auto terms =
          loss::act_loss(output, carry, token_loss_, {.halting_rows = rows.to(at::kFloat)});
      sums_[step - 1] += terms.sums;
      if (step == request_.depth) last = output;
    });
    const auto count = batch.puzzles;
    const Answers answers{host.slice(0, count),
                          last.logits.argmax(-1).to(at::kInt).cpu().slice(0, 0, count).contiguous(),
                          examples, last};
    score(answers);
    if (sink_) sink_(answers);
  }

  Evaluation result() const {
    Evaluation evaluation;
    evaluation.puzzles = puzzles_;
    evaluation.known = known_;
    const auto sums = sums_.cpu();
    for (int64_t step = 0; step < request_.depth; ++step) {
      evaluation.by_step.push_back(scores_of(row_of<double>(sums, step)));
    }
    evaluation.scores = evaluation.by_step.back();
    evaluation.by_rating = ratings_.take();
    auto report = scorer_->report();
    evaluation.by_task = std::move(report.scores);
    evaluation.files = std::move(report.files);
    return evaluation;
  }

 private:
  // In the order of loss::kSumNames; everything is divided by the count, of which the references
  // make one at least.
  Scores scores_of(std::span<const double> sums) const {
    const double count = request_.compatible ? std::max(sums[0], 1.0) : sums[0];
    return {.exact_accuracy = sums[2] / count,
            .accuracy = sums[1] / count,
            .q_halt_accuracy = sums[3] / count,
            .lm_loss = sums[5] / count,
            .q_halt_loss = sums[6] / count};
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
  Tensor sums_;  // [depth, kSums]
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
    visit(step, model.forward(carry.state, carry.data, {.training = false}));
  }
}

Evaluation evaluate(model::Model& model, const loss::TokenLoss& token_loss, const data::Task& task,
                    const Request& request, Progress& progress, const AnswerSink& sink) {
  torch::NoGradGuard no_grad;
  const auto start = std::chrono::steady_clock::now();
  Run run(model, token_loss, task, request, sink);
  const auto count = static_cast<int64_t>(request.examples.size());
  for (int64_t begin = 0; begin < count; begin += request.batch) {
    const auto rows = std::min(request.batch, count - begin);
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
