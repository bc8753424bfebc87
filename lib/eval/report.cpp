#include "eval/report.h"

#include <ATen/ops/cat.h>
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "core/terminal.h"
#include "tensor/values.h"

namespace trm::eval {
namespace {

std::string percent(double share) { return fmt::format("{:6.2f} %", 100 * share); }

data::Tokens tokens_of(const torch::Tensor& rows, int64_t i) {
  return row_of<data::Token>(rows, i);
}

}  // namespace

std::string report_text(const Evaluation& evaluation, const Origin& origin) {
  const auto& s = evaluation.scores;
  std::string text =
      fmt::format("{} ({} weights) on {}\n", origin.checkpoint, origin.weights, origin.data);
  if (evaluation.known == 0) {
    return text + fmt::format("  no scores: the answers of none of the {} puzzles are known ({})\n",
                              evaluation.puzzles, human_seconds(evaluation.seconds));
  }
  if (evaluation.known < evaluation.puzzles) {
    text += fmt::format("  {:<18} {} of {}; all scores are of these\n", "answers known",
                        evaluation.known, evaluation.puzzles);
  }
  text += fmt::format("  {:<18} {} +- {:.2f}\n", "exact accuracy", percent(s.exact_accuracy),
                      100 * evaluation.standard_error());
  text += fmt::format("  {:<18} {}\n", "cell accuracy", percent(s.accuracy));
  text += fmt::format("  {:<18} {}\n", "q_halt accuracy", percent(s.q_halt_accuracy));
  for (const auto& [name, mean] : evaluation.by_task) {
    text += fmt::format("  {:<18} {}\n", name, percent(mean));
  }
  text += fmt::format("  {:<18} {:.6f}\n  {:<18} {:.6f}\n", "lm_loss", s.lm_loss, "q_halt_loss",
                      s.q_halt_loss);
  text += fmt::format("  {:<18} {} in {}\n", "puzzles", evaluation.puzzles,
                      human_seconds(evaluation.seconds));
  // One line by the references' names, to compare with theirs digit by digit.
  text += fmt::format(
      "  accuracy {:.7f}  exact_accuracy {:.7f}  q_halt_accuracy {:.7f}  lm_loss {:.7f}  "
      "q_halt_loss {:.7f}  steps {}\n",
      s.accuracy, s.exact_accuracy, s.q_halt_accuracy, s.lm_loss, s.q_halt_loss,
      evaluation.by_step.size());
  text += "\n  supervision step   exact       cells       q_halt\n";
  for (size_t i = 0; i < evaluation.by_step.size(); ++i) {
    const auto& at = evaluation.by_step[i];
    text += fmt::format("  {:>16}   {}    {}    {}\n", i + 1, percent(at.exact_accuracy),
                        percent(at.accuracy), percent(at.q_halt_accuracy));
  }
  if (evaluation.by_rating.empty()) return text;
  text += "\n            rating   puzzles   exact\n";
  for (const auto& bin : evaluation.by_rating) {
    const auto range =
        bin.low == bin.high ? std::to_string(bin.low) : fmt::format("{}-{}", bin.low, bin.high);
    text += fmt::format("  {:>16}   {:>7}   {}\n", range, bin.puzzles, percent(bin.exact_accuracy));
  }
  return text;
}

void AnswerRecorder::add(const Answers& answers) {
  if (static_cast<int64_t>(examples_.size()) >= drawings_) return;
  inputs_.push_back(answers.batch.inputs);
  labels_.push_back(answers.batch.labels);
  predictions_.push_back(answers.predictions);
  examples_.insert(examples_.end(), answers.examples.begin(), answers.examples.end());
}

std::string AnswerRecorder::drawings(bool colours) const {
  std::string text;
  const auto count = std::min(drawings_, static_cast<int64_t>(examples_.size()));
  if (count == 0) return text;
  const auto inputs = at::cat(inputs_), labels = at::cat(labels_), answers = at::cat(predictions_);
  for (int64_t r = 0; r < count; ++r) {
    const auto label = tokens_of(labels, r), answer = tokens_of(answers, r);
    const auto wrong = std::make_unique<bool[]>(label.size());
    int64_t mistakes = 0;
    bool known = false;
    for (size_t i = 0; i < label.size(); ++i) {
      const bool labelled = row_of<int32_t>(labels, r)[i] != kIgnoredLabel;
      known = known || labelled;
      wrong[i] = labelled && label[i] != answer[i];
      mistakes += wrong[i] ? 1 : 0;
    }
    const std::span<const bool> marks(wrong.get(), label.size());
    text += fmt::format(
        "example {}\n{}answer: {}\n{}\n", examples_[static_cast<size_t>(r)],
        task_.draw(tokens_of(inputs, r)),
        !known          ? "the right one is not known"
        : mistakes == 0 ? "right"
                        : fmt::format("{} wrong cells", mistakes),
        colours ? task_.draw(answer, marks, "\033[1;31m", "\033[0m") : task_.draw(answer));
  }
  return text;
}

}  // namespace trm::eval
