#pragma once

#include <map>
#include <optional>
#include <string>

#include "run/run_log.h"
#include "sweep/members.h"

namespace trm::sweep {

using run::read_last_line;
using run::read_run_log;
using run::RunLog;

// The scores of one evaluation, "exact_accuracy" -> 0.9, and after how many steps of training the
// evaluated weights were.
struct Evaluated {
  std::map<std::string, double> scores;
  int64_t weights_step = 0;
};
// The evaluation that a study asks for of a run that has come to `steps`; nothing where it has not
// been made. Of the test set at the run's end this is the one of the weights that were chosen, with
// the settings that the config says.
std::optional<Evaluated> evaluated(const Member& member, const Definition& definition,
                                   int64_t steps);

// Whether a run has come to its end: all steps, and the test after them of what the config says.
bool is_done(const Member& member, int64_t steps);

// The length of a run without its data being opened; nothing where that is not known yet.
std::optional<int64_t> steps_of(const Member& member);

}  // namespace trm::sweep
