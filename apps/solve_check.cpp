#include "apps/solve_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/log.h"

namespace trm::apps {
namespace {

bool obeys(const data::Task& task, const Solved& solved) {
  const auto rules = task.rules(), names = task.score_names();
  const auto scores = task.score(solved.puzzle, solved.answer);
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::find(rules.begin(), rules.end(), names[i]) != rules.end() && scores[i] != 1)
      return false;
  }
  return true;
}

}  // namespace

void SolveCheck::add_option(CLI::App& app) {
  app.add_flag("--check", wanted_,
               "Exit with 1 where an answer breaks its puzzle's rules, as below");
}

void SolveCheck::require(const data::Task& task, const std::string& where, bool known) const {
  if (!wanted_ || known || !task.rules().empty()) return;
  throw Error(
      where +
      ": --check: this kind of puzzle has no rules to hold an answer to, and the right "
      "answer is not known; give it, in a column 'answer' of a table, or leave out --check");
}

void SolveCheck::see(const data::Task& task, const Solved& solved) {
  if (!wanted_) return;
  ++seen_;
  const bool good = task.rules().empty() ? solved.wrong_cells() == 0 : obeys(task, solved);
  broken_ += good ? 0 : 1;
}

int SolveCheck::exit_code(const data::Task& task) const {
  if (!wanted_) return 0;
  const bool rules = !task.rules().empty();
  if (broken_ == 0) {
    log_info(fmt::format("check: {} of {} answers {}", seen_, seen_,
                         rules ? "obey the rules" : "are right"));
    return 0;
  }
  log_warning(fmt::format(
      "check: {} of {} answers {}", broken_, seen_,
      rules ? fmt::format("break the rules ({})", fmt::join(task.rules(), ", ")) : "are wrong"));
  return kBroken;
}

}  // namespace trm::apps
