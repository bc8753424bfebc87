#include "sweep/members.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/config_dump.h"
#include "core/config_read.h"
#include "core/hash.h"
#include "core/printable.h"
#include "experiment/choice.h"
#include "experiment/puzzles.h"
#include "experiment/same_run.h"
#include "sweep/facts.h"

namespace trm::sweep {
namespace {

constexpr size_t kMostMembers = 10'000;

// One value of each key of the grid, as key=value.
using Point = std::vector<std::string>;

std::vector<Point> points_of(const Definition& definition) {
  std::vector<Point> points = {{}};
  for (const auto& [key, values] : definition.grid) {
    std::vector<Point> longer;
    for (const auto& point : points) {
      for (const auto& value : values) {
        longer.push_back(point);
        longer.back().push_back(key + "=" + value.value_or("null"));
      }
    }
    points = std::move(longer);
    if (points.size() > kMostMembers) break;
  }
  return points;
}

// A row as a folder may be called: other characters, and what is too long, are told apart by a
// hash.
std::string folder_name(const std::string& arm, const Point& point) {
  constexpr size_t kMost = 120;
  std::string name = arm, whole = arm;
  for (const auto& setting : point) {
    name += "-" + setting;
    whole += "\n" + setting;
  }
  bool changed = false;
  for (char& c : name) {
    const bool good = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                      std::string_view("._+-=").find(c) != std::string_view::npos;
    changed = changed || !good;
    if (!good) c = '_';
  }
  if (!changed && name.size() <= kMost) return name;
  return name.substr(0, kMost) + "-" + sha256_hex(whole).substr(0, 8);
}

// Whether the sweep needs each puzzle's result: evaluate.outputs with "exact".
void keep_results(experiment::Experiment& experiment) {
  auto& outputs = experiment.evaluate.outputs;
  if (std::find(outputs.begin(), outputs.end(), "exact") == outputs.end())
    outputs.emplace_back("exact");
}

bool same_reference(const Member& member, const std::string& reference) {
  return member.arm == reference || member.row == reference ||
         (member.arm == kOnlyArm && member.point == reference);
}

void check_scores(const Definition& definition, const experiment::Experiment& experiment,
                  const experiment::Puzzles& puzzles) {
  if (definition.evaluation == "validation" && puzzles.validation_examples.empty())
    throw Error("evaluation: there is no validation set; set data.validation");
  const auto known = experiment::score_names(experiment, puzzles, definition.evaluation);
  for (const auto& score : definition.scores) {
    if (std::find(known.begin(), known.end(), score) == known.end())
      throw Error("scores: no '" + printable(score) + "'" + suggestion(score, known) +
                  " known: " + joined(known));
  }
}

// The data of a study's runs by their config.
class KnownData {
 public:
  // Checks the study's scores where no member before had the same. Error where they cannot be
  // opened.
  void check(const Definition& definition, const Member& member) {
    const auto [entry, fresh] = hashes_.try_emplace(dump_config(member.experiment.data));
    if (fresh) check_scores(definition, member.experiment, open(member));
  }

  // A fault where a run was begun on data of other content; empty where not, or not known.
  std::string other_than(const Member& member) {
    const auto before = data_hashes_of(member.folder);
    const auto found = hashes_.find(dump_config(member.experiment.data));
    if (!before || found == hashes_.end()) return "";
    auto& now = found->second;
    if (!now) {
      const auto puzzles = open(member);
      now = {puzzles.train->hash(), puzzles.test->hash()};
    }
    if (before->same_train(*now) && before->same_test(*now)) return "";
    return fmt::format(
        "{}: begun on other data than {} has now; name those, another folder with "
        "`runs`, or remove it",
        member.folder.string(), member.experiment.data.path);
  }

 private:
  static experiment::Puzzles open(const Member& member) {
    return experiment::open_puzzles(member.experiment.data);
  }

  std::map<std::string, std::optional<experiment::DataHashes>> hashes_;
};

// On the processor: what is asked here does not depend on where it is computed.
bench::RunCost cost_of(experiment::Experiment experiment) {
  experiment.device = "cpu";
  return bench::cost_of_run(experiment, /*timed=*/false);
}

}  // namespace

std::string Study::reference_of(const Member& member) const {
  const auto& reference = definition.reference;
  for (const auto& other : members) {
    if (other.row == reference && other.arm != reference) return other.row;
    if (other.arm == kOnlyArm && other.point == reference && !reference.empty()) return other.row;
    if (other.arm == reference && other.point == member.point) return other.row;
  }
  return "";
}

Study load_study(const fs::path& file, const std::vector<std::string>& words) {
  Study study{.file = file, .definition = load_definition(file, words), .members = {}};
  const auto& definition = study.definition;
  const auto points = points_of(definition);
  const auto count = definition.arms.size() * points.size() * definition.seeds.size();
  if (points.size() > kMostMembers || count > kMostMembers)
    throw Error(
        fmt::format("{}: more than {} runs; make it several studies", file.string(), kMostMembers));
  const auto config = experiment::config_file_at(file.parent_path() / definition.base_config);
  const fs::path runs = definition.runs;
  std::vector<std::string> faults;
  size_t variant = 0;
  for (const auto& [arm, changes] : definition.arms) {
    for (const auto& point : points) {
      auto overrides = definition.overrides;
      overrides.insert(overrides.end(), changes.begin(), changes.end());
      overrides.insert(overrides.end(), point.begin(), point.end());
      Member member{.variant = variant++,
                    .arm = arm,
                    .point = fmt::format("{}", fmt::join(point, ", ")),
                    .row = {},
                    .name = {},
                    .folder = {},
                    .notes = {},
                    .experiment = {}};
      member.row = member.point.empty() ? arm
                   : arm == kOnlyArm    ? member.point
                                        : arm + " " + member.point;
      try {
        std::vector<std::string> notes;
        member.experiment = experiment::load_experiment(config, overrides, &notes);
        for (const auto& note : notes) study.notes.push_back(member.row + ": " + note);
      } catch (const Error& error) {
        faults.push_back(fmt::format("{}: {}", member.row, error.what()));
      }
      keep_results(member.experiment);
      for (const auto seed : definition.seeds) {
        member.index = study.members.size();
        member.seed = member.experiment.seed = seed;
        member.name = fmt::format("{}-seed{}", folder_name(arm, point), seed);
        member.folder = runs / member.name;
        member.notes = runs / "sweep" / member.name;
        study.members.push_back(member);
      }
    }
  }
  const bool found = std::any_of(study.members.begin(), study.members.end(), [&](const auto& m) {
    return same_reference(m, definition.reference);
  });
  if (!found && !definition.reference.empty()) {
    std::vector<std::string> known;
    for (const auto& [arm, changes] : definition.arms) known.push_back(arm);
    faults.push_back(fmt::format("{}: reference: no '{}'{} known: {}", file.string(),
                                 printable(definition.reference),
                                 suggestion(definition.reference, known), listed(known)));
  }
  if (!faults.empty()) fail_together(faults);
  return study;
}

std::vector<const Member*> members_of(const Study& study, const std::vector<std::string>& arms) {
  std::vector<std::string> known;
  for (const auto& [arm, changes] : study.definition.arms) known.push_back(arm);
  for (const auto& arm : arms) {
    if (std::find(known.begin(), known.end(), arm) == known.end())
      throw Error("--only: no arm '" + printable(arm) + "'" + suggestion(arm, known) +
                  " known: " + listed(known));
  }
  std::vector<const Member*> members;
  for (const auto& member : study.members) {
    if (arms.empty() || std::find(arms.begin(), arms.end(), member.arm) != arms.end())
      members.push_back(&member);
  }
  return members;
}

std::map<size_t, bench::RunCost> check_members(const Study& study,
                                               const std::vector<const Member*>& members) {
  std::map<size_t, bench::RunCost> costs;
  std::set<std::string> wrong;
  KnownData data;
  std::vector<std::string> faults;
  for (const auto* member : members) {
    if (!costs.contains(member->variant) && wrong.insert(member->row).second) {
      try {
        data.check(study.definition, *member);
        costs[member->variant] = cost_of(member->experiment);
      } catch (const Error& error) {
        faults.push_back(fmt::format("{}: {}", member->row, error.what()));
      }
    }
    if (!costs.contains(member->variant)) continue;  // said above
    if (const auto other = data.other_than(*member); !other.empty()) faults.push_back(other);
    if (const auto changed = changes_of(*member); !changed.empty()) {
      faults.push_back(fmt::format(
          "{}: begun with another config ({}); use the same values, another folder with `runs`, or "
          "remove it",
          member->folder.string(), fmt::join(changed, "; ")));
    }
  }
  if (!faults.empty()) fail_together(faults);
  return costs;
}

namespace {

std::optional<experiment::Experiment> begun_with(const Member& member) {
  const auto config = member.folder / "config.yaml";
  if (!fs::exists(config)) return std::nullopt;
  return experiment::read_experiment(load_config(config));
}

}  // namespace

std::vector<std::string> test_changes_of(const Member& member) {
  const auto before = begun_with(member);
  return before ? experiment::test_changes(*before, member.experiment) : std::vector<std::string>();
}

std::vector<std::string> changes_of(const Member& member) {
  const auto begun = begun_with(member);
  if (!begun) return {};
  const auto& before = *begun;
  auto now = member.experiment;
  // What `auto` stands for is the machine's to say, and trm-train's to refuse.
  if (now.precision == "auto") now.precision = before.precision;
  return experiment::config_changes(before, now);
}

}  // namespace trm::sweep
