#include "sweep/runs_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "figure/scale.h"
#include "sweep/config_table.h"
#include "sweep/facts.h"
#include "sweep/run_arithmetic.h"
#include "sweep/run_log.h"

namespace trm::sweep {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_of(const std::vector<ComparedRun>& runs) {
  std::vector<std::string> names;
  std::set<std::string> different;
  for (const auto& run : runs) {
    auto folder = run.folder.lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    names.push_back(folder.filename().string());
    different.insert(names.back());
  }
  if (different.size() < runs.size()) {
    for (size_t i = 0; i < runs.size(); ++i) names[i] = runs[i].folder.string();
  }
  return names;
}

std::string percent(const RunLog& log, const std::string& score) {
  const auto found = log.scores.find(score);
  return found == log.scores.end() ? "" : fmt::format("{:.2f}", 100 * found->second);
}

}  // namespace

Comparison comparison_of(const std::vector<ComparedRun>& runs) {
  const auto names = names_of(runs);
  Comparison page{.title = fmt::format("{}", fmt::join(names, ", ")),
                  .scores = {"exact_accuracy", "accuracy"}};
  figure::Table scores{.name = "runs",
                       .heads = {"run", "state", "step", "validation exact (%)", "test exact (%)",
                                 "seconds", "device", "made by", "config", "remark"},
                       .rows = {}};
  std::vector<std::pair<std::string, experiment::Experiment>> configs;
  for (size_t i = 0; i < runs.size(); ++i) {
    const auto& run = runs[i];
    if (!fs::exists(run.folder / "config.yaml"))
      throw Error(run.folder.string() + ": no run folder; it has no config.yaml");
    auto& group = page.groups.emplace_back();
    group.name = names[i];
    group.runs.push_back(read_run_curves(run.folder));
    const auto log = read_run_log(run.folder);
    scores.rows.push_back({names[i], run.state, std::to_string(log.step),
                           percent(log, "validation/exact_accuracy"),
                           percent(log, "test/exact_accuracy"), fmt::format("{:.1f}", log.seconds),
                           "", "", "", run.remark});
    try {
      configs.emplace_back(names[i],
                           experiment::read_experiment(load_config(run.folder / "config.yaml")));
      const auto facts = facts_of_run(run.folder);
      auto& row = scores.rows.back();
      row[6] = facts.computed_on();
      row[7] = facts.commit;
      row[8] = facts.config_hash.substr(0, 12);
      group.step_operations = step_operations(configs.back().second);
    } catch (const Error& error) {
      page.flags.emplace_back(error.what());
    }
  }
  page.results.push_back(
      {"Runs", std::move(scores), {"Scores are those of the last evaluations."}});
  page.details.push_back({"Config differences of the runs", differing_keys(configs)});
  return page;
}

}  // namespace trm::sweep
