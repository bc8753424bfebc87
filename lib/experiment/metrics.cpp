#include "experiment/metrics.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/version.h"

namespace trm::experiment {
namespace {

using nlohmann::ordered_json;

bool is_loss(std::string_view name) { return name.ends_with("loss"); }

// The mean that a sum stands for.
double mean_of(const train::TrainSums& sums, size_t i, int64_t batch) {
  const double rows = static_cast<double>(batch * std::max<int64_t>(sums.steps - sums.skipped, 1));
  return is_loss(loss::kSumNames[i]) ? sums.sums[i] / rows
                                     : sums.sums[i] / std::max(sums.sums[0], 1.0);
}

// JSON has no infinities: they become null.
ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

}  // namespace

void Rate::start(int64_t step) {
  since_ = std::chrono::steady_clock::now();
  step_ = step;
}

double Rate::take(int64_t step) {
  const auto now = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(now - since_).count();
  const double rate = seconds > 0 ? static_cast<double>(step - step_) / seconds : 0;
  start(step);
  return rate;
}

ordered_json training_line(int64_t step, const train::TrainSums& sums,
                           const train::StepStats& stats, const train::Trainer& trainer,
                           int64_t batch, Rate& rate) {
  ordered_json line = {{"step", step}, {"train/count", sums.sums[0]}};
  for (size_t i = 1; i < sums.sums.size(); ++i) {
    const auto name = std::string(loss::kSumNames[i]);
    if (name == "q_continue_loss" && !trainer.model().halting().trains_continue()) continue;
    line["train/" + name] = number(mean_of(sums, i, batch));
  }
  line["train/lr"] = trainer.learning_rate();
  line["train/gradient_norm"] = number(stats.gradient_norm);
  line["train/update_norm"] = number(stats.update_norm);
  line["train/latent_norm"] = number(stats.latent_norm);
  line["train/skipped_steps"] = sums.skipped;
  line["train/restarted_rows"] = sums.restarted;
  line["steps_per_second"] = rate.take(step);
  return line;
}

ordered_json evaluation_line(int64_t step, const std::string& prefix,
                             const eval::Evaluation& evaluation) {
  const auto& scores = evaluation.scores;
  ordered_json line = {{"step", step}};
  line[prefix + "puzzles"] = evaluation.puzzles;
  if (evaluation.known != evaluation.puzzles) line[prefix + "known_answers"] = evaluation.known;
  line[prefix + "exact_accuracy"] = number(scores.exact_accuracy);
  line[prefix + "accuracy"] = number(scores.accuracy);
  line[prefix + "q_halt_accuracy"] = number(scores.q_halt_accuracy);
  line[prefix + "lm_loss"] = number(scores.lm_loss);
  line[prefix + "q_halt_loss"] = number(scores.q_halt_loss);
  for (const auto& [name, mean] : evaluation.by_task) line[prefix + name] = number(mean);
  line[prefix + "seconds"] = evaluation.seconds;
  return line;
}

std::string training_note(const train::TrainSums& sums, int64_t batch) {
  return fmt::format("loss {:.4f}  exact {:.1f} %", mean_of(sums, 5, batch),
                     100 * mean_of(sums, 2, batch));
}

std::string evaluation_note(const std::string& what, const eval::Evaluation& evaluation) {
  if (evaluation.known == 0) {
    return fmt::format("{}: the answers of none of the {} puzzles are known", what,
                       evaluation.puzzles);
  }
  return fmt::format("{} exact {:.2f} % (+-{:.2f}) of {} puzzles, cells {:.2f} %", what,
                     100 * evaluation.scores.exact_accuracy, 100 * evaluation.standard_error(),
                     evaluation.known, 100 * evaluation.scores.accuracy);
}

std::string made_by() {
  const auto v = version();
  return fmt::format("trm {} (commit {}{})", v.number, v.commit, v.clean ? "" : ", changed");
}

}  // namespace trm::experiment
