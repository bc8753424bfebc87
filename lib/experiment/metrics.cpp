#include "experiment/metrics.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/version.h"

namespace trm::experiment {
namespace {

using nlohmann::ordered_json;

loss::Sums means_of(const train::TrainSums& sums, int64_t batch) {
  const double rows = static_cast<double>(batch * std::max<int64_t>(sums.steps - sums.skipped, 1));
  return loss::means(sums.sums, rows, /*count_at_least_one=*/true);
}

// JSON has no infinities: they become null.
ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json(nullptr);
}

}  // namespace

ordered_json training_line(int64_t step, const train::TrainSums& sums,
                           const train::StepStats& stats, const train::Trainer& trainer,
                           int64_t batch) {
  ordered_json line = {{"step", step}};
  const auto mean = means_of(sums, batch);
  loss::Sums::each(mean, [&](const std::string& name, double value) {
    if (name == "q_continue_loss" && !trainer.model().halting().trains_continue()) return;
    line["train/" + name] = number(value);
  });
  line["train/lr"] = trainer.learning_rate();
  line["train/gradient_norm"] = number(stats.gradient_norm);
  line["train/update_norm"] = number(stats.update_norm);
  line["train/latent_norm"] = number(stats.latent_norm);
  line["train/skipped_steps"] = sums.skipped;
  line["train/restarted_rows"] = sums.restarted;
  return line;
}

ordered_json evaluation_line(int64_t step, const std::string& prefix,
                             const eval::Evaluation& evaluation) {
  const auto& scores = evaluation.scores;
  ordered_json line = {{"step", step}};
  line[prefix + "puzzles"] = evaluation.puzzles;
  if (evaluation.known != evaluation.puzzles) line[prefix + "known_answers"] = evaluation.known;
  if (evaluation.originals != evaluation.known)
    line[prefix + "known_originals"] = evaluation.originals;
  line[prefix + "exact_accuracy"] = number(scores.exact_accuracy);
  line[prefix + "accuracy"] = number(scores.accuracy);
  for (const auto& [name, mean] : scores.metrics) line[prefix + name] = number(mean);
  for (const auto& [name, mean] : evaluation.by_task) line[prefix + name] = number(mean);
  line[prefix + "seconds"] = evaluation.seconds;
  return line;
}

std::string training_note(const train::TrainSums& sums, int64_t batch) {
  const auto mean = means_of(sums, batch);
  return fmt::format("loss {:.4f}  exact {:.1f} %", mean.lm_loss, 100 * mean.exact_accuracy);
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
