#include "sweep/run_log.h"

#include "experiment/logged_test.h"
#include "format/json_lines.h"
#include "sweep/member_notes.h"

namespace trm::sweep {

using nlohmann::json;

std::optional<Evaluated> evaluated(const Member& member, const Definition& definition,
                                   int64_t steps) {
  const bool of_test = definition.evaluation == "test";
  const auto prefix = definition.evaluation + "/";
  const auto step = definition.step.value_or(steps);
  const bool at_end = step == steps;
  std::optional<Evaluated> found;
  run::each_log_line(member.folder, [&](const json& line) {
    if (line["step"].get<double>() != static_cast<double>(step)) return;
    if (!line.contains(prefix + "puzzles")) return;
    const auto weights = format::number_in(line, "weights_of_step");
    if (of_test && at_end && !experiment::is_final_test(line, steps, member.experiment)) return;
    found = Evaluated{run::scores_of(line, prefix),
                      static_cast<int64_t>(weights.value_or(static_cast<double>(step)))};
  });
  return found && test_changes_of(member).empty() ? found : std::nullopt;
}

bool is_done(const Member& member, int64_t steps) {
  bool done = false;
  run::each_log_line(member.folder, [&](const json& line) {
    done = done || experiment::is_final_test(line, steps, member.experiment);
  });
  return done && test_changes_of(member).empty();
}

std::optional<int64_t> steps_of(const Member& member) {
  if (member.experiment.train.steps) return member.experiment.train.steps;
  // Epochs: of as many the notes know how many steps it were.
  const auto notes = read_notes(member);
  const auto config = member.notes / "config.yaml";
  if (!notes || !fs::exists(config)) return std::nullopt;
  const auto noted = experiment::read_experiment(load_config(config));
  return noted.train.epochs == member.experiment.train.epochs && !noted.train.steps
             ? std::optional(notes->steps)
             : std::nullopt;
}

}  // namespace trm::sweep
