#include "sweep/study_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "figure/scale.h"
#include "sweep/config_table.h"
#include "sweep/facts.h"
#include "sweep/halving.h"
#include "sweep/run_arithmetic.h"
#include "sweep/status.h"
#include "sweep/table_cells.h"

namespace trm::sweep {
namespace {

class StudyReader {
 public:
  explicit StudyReader(const Study& study) : study_(study) {
    page_.title =
        study.definition.question.empty() ? study.file.string() : study.definition.question;
    page_.scores = study.definition.scores;
  }

  Comparison read() {
    results();
    runs();
    groups();
    facts();
    return std::move(page_);
  }

 private:
  // What a damaged file of a run makes impossible is told, and the rest goes on.
  template <class Read>
  void guarded(const Read& read) {
    try {
      read();
    } catch (const Error& error) {
      page_.flags.emplace_back(error.what());
    }
  }

  void results() {
    guarded([&] {
      const Style style{" ± ", ", ", "", [](const std::string& name) { return name; }};
      const auto table = table_of(study_);
      page_.flags = table.flags;
      auto grid = grid_of_rows(table, style);
      figure::Table scores{.name = "scores", .heads = grid.front(), .rows = {}};
      scores.rows.assign(grid.begin() + 1, grid.end());
      page_.results.push_back({"Scores", std::move(scores), remarks_on(study_, table)});
    });
  }

  void runs() {
    figure::Table table{.name = "runs",
                        .heads = {"run", "state", "step", "GFLOP in all", "seconds", "device",
                                  "made by", "config", "remark"},
                        .rows = {}};
    std::vector<RungDecision> decisions;
    guarded([&] { decisions = decisions_of(study_); });
    for (const auto& member : study_.members) {
      guarded([&] {
        const auto status = status_of(member, why_dropped(decisions, study_, member.row));
        ++states_[status.state];
        const auto facts = facts_of(member);
        commits_.insert(facts.commit);
        devices_.insert(facts.computed_on());
        processors_.insert(facts.processor);
        table.rows.push_back(
            {member.name, status.state,
             fmt::format("{}/{}", status.step, status.steps ? std::to_string(*status.steps) : "?"),
             status.operations ? figure::value_text(*status.operations / 1e9) : "",
             fmt::format("{:.1f}", status.seconds), facts.computed_on(), facts.commit,
             facts.config_hash.substr(0, 12), status.why});
      });
    }
    page_.details.push_back({"Runs", std::move(table)});
  }

  void groups() {
    std::vector<std::pair<std::string, experiment::Experiment>> configs;
    for (const auto& member : study_.members) {
      if (page_.groups.empty() || page_.groups.back().name != member.row) {
        page_.groups.push_back({.name = member.row, .runs = {}});
        configs.emplace_back(member.row, member.experiment);
      }
      auto& group = page_.groups.back();
      auto curves = read_run_curves(member.folder);
      if (curves.values.empty()) continue;
      group.runs.push_back(std::move(curves));
      if (group.runs.size() == 1)
        guarded([&] { group.step_operations = step_operations(member.experiment); });
    }
    auto differences = differing_keys(configs);
    std::vector<std::string> notes;
    if (differences.rows.empty()) notes.emplace_back("All arms have the same config.");
    page_.details.push_back(
        {"Config differences of the arms", std::move(differences), std::move(notes)});
  }

  void facts() {
    const auto& definition = study_.definition;
    const auto add = [&](const std::string& name, const std::string& value) {
      if (!value.empty()) page_.facts.emplace_back(name, value);
    };
    const auto joined = [](auto values) {
      std::erase_if(values, [](const auto& value) { return value.empty(); });
      return fmt::format("{}", fmt::join(values, ", "));
    };
    std::string states;
    for (const auto& [state, count] : states_)
      states += fmt::format("{}{} {}", states.empty() ? "" : ", ", count, state);
    add("hypothesis", definition.hypothesis);
    add("study", study_.file.string());
    add("config", definition.base_config);
    add("of every run", joined(definition.overrides));
    add("seeds", fmt::format("{}", fmt::join(definition.seeds, ", ")));
    add("compared with", definition.reference);
    add("runs", fmt::format("{} in {}: {}", study_.members.size(), definition.runs, states));
    add("made by", joined(commits_));
    add("device", joined(devices_));
    add("processor", joined(processors_));
  }

  const Study& study_;
  Comparison page_;
  std::map<std::string, size_t> states_;
  std::set<std::string> commits_, devices_, processors_;
};

}  // namespace

Comparison comparison_of(const Study& study) { return StudyReader(study).read(); }

}  // namespace trm::sweep
