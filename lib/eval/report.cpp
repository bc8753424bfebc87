#include "eval/report.h"

#include <ATen/ops/cat.h>
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "core/terminal.h"
#include "loss/sums.h"
#include "tensor/values.h"

namespace trm::eval {
namespace {

std::string percent(double share) { return fmt::format("{:6.2f} %", 100 * share); }

// "97.31 to 98.90 %"
std::string percent(const Interval& interval) {
  return fmt::format("{:.2f} to {:.2f} %", 100 * interval.low, 100 * interval.high);
}

std::string bins_text(const std::string& name, const std::vector<Bin>& bins) {
  auto text = fmt::format("\n  {:>16}   puzzles   exact      95 %\n", name);
  for (const auto& bin : bins) {
    const auto range =
        bin.low == bin.high ? std::to_string(bin.low) : fmt::format("{}-{}", bin.low, bin.high);
    text += fmt::format("  {:>16}   {:>7}   {}   {}\n", range, bin.puzzles,
                        percent(bin.exact_accuracy()), percent(bin.interval()));
  }
  return text;
}

// Where there is a choice of depths or of trajectories.
std::string selections_text(const std::vector<DepthScore>& by_depth) {
  std::string text = "\n  supervision step   answer        exact      95 %\n";
  for (const auto& at : by_depth) {
    for (const auto& score : at.selections) {
      text += fmt::format("  {:>16}   {:<11}  {}   {}\n", at.depth, name_of(score.selection),
                          percent(score.exact_accuracy), percent(score.interval));
    }
  }
  return text;
}

// Of several breadths; their intervals would not fit, and are in the JSON.
std::string breadths_text(const std::vector<BreadthScore>& by_breadth) {
  std::string text = "\n  trajectories   steps ";
  for (const auto& score : by_breadth.front().by_depth.front().selections)
    text += fmt::format(" {:>10}", name_of(score.selection));
  text += "   exact, %\n";
  for (const auto& [breadth, by_depth] : by_breadth) {
    for (const auto& at : by_depth) {
      text += fmt::format("  {:>12}   {:>5} ", breadth, at.depth);
      for (const auto& score : at.selections)
        text += fmt::format(" {:>10.2f}", 100 * score.exact_accuracy);
      text += "\n";
    }
  }
  return text;
}

// What there is besides scores, of who asked for more than the usual.
std::string search_text(const Evaluation& evaluation, int64_t depth) {
  auto text = fmt::format(
      "  {:<18} {:.2f} a puzzle, {:.3f} GFLOP\n  {:<18} {} of all, {} of all and wrong\n",
      "supervision steps", evaluation.mean_steps,
      evaluation.mean_steps * evaluation.step_operations * 1e-9, "converged",
      percent(evaluation.converged), percent(evaluation.spurious_fixed_points));
  text += fmt::format("  {:<18} Brier score {:.4f}, expected error {:.4f}\n", "halting value",
                      evaluation.calibration.brier, evaluation.calibration.expected_error);
  text += fmt::format("  {:<18} {} of the answers\n", fmt::format("step {} changed", depth),
                      percent(evaluation.changed_by_step.back()));
  return text;
}

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
  text +=
      fmt::format("  {:<18} {} +- {:.2f}, 95 %: {}\n", "exact accuracy", percent(s.exact_accuracy),
                  100 * evaluation.standard_error(), percent(evaluation.interval()));
  text += fmt::format("  {:<18} {}\n", "cell accuracy", percent(s.accuracy));
  const auto is_share = [](const data::Score& score) { return !loss::is_loss(score.name); };
  for (const auto* scores : {&s.metrics, &evaluation.by_task}) {
    for (const auto& score : *scores) {
      if (!is_share(score)) continue;
      const auto name =
          score.name == "q_halt_accuracy" ? std::string("q_halt accuracy") : score.name;
      text += fmt::format("  {:<18} {}\n", name, percent(score.mean));
    }
  }
  for (const auto& score : s.metrics) {
    if (!is_share(score)) text += fmt::format("  {:<18} {:.6f}\n", score.name, score.mean);
  }
  text += search_text(evaluation, static_cast<int64_t>(evaluation.by_step.size()));
  text += fmt::format("  {:<18} {} in {}\n", "puzzles", evaluation.puzzles,
                      human_seconds(evaluation.seconds));
  // One line by the references' names, to compare with theirs digit by digit.
  text += fmt::format("  accuracy {:.7f}  exact_accuracy {:.7f}", s.accuracy, s.exact_accuracy);
  for (const auto& [name, mean] : s.metrics) text += fmt::format("  {} {:.7f}", name, mean);
  text += fmt::format("  steps {}\n", evaluation.by_step.size());
  const auto& by_depth = evaluation.by_depth();
  const bool chooses = by_depth.size() > 1 || by_depth.back().selections.size() > 1 ||
                       by_depth.back().selections.front().selection != Selection::kLast;
  if (evaluation.by_breadth.size() > 1) {
    text += breadths_text(evaluation.by_breadth);
  } else if (chooses) {
    text += selections_text(by_depth);
  }
  text += "\n  supervision step   exact       cells       q_halt      changed\n";
  for (size_t i = 0; i < evaluation.by_step.size(); ++i) {
    const auto& at = evaluation.by_step[i];
    text += fmt::format("  {:>16}   {}    {}    {}    {}\n", i + 1, percent(at.exact_accuracy),
                        percent(at.accuracy), percent(at.metric("q_halt_accuracy")),
                        percent(evaluation.changed_by_step[i]));
  }
  if (!evaluation.by_rating.empty()) text += bins_text("rating", evaluation.by_rating);
  if (evaluation.by_size.size() > 1) text += bins_text(evaluation.size_name, evaluation.by_size);
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
