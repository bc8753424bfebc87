#include "sweep/halving.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/statistics.h"
#include "experiment/choice.h"
#include "experiment/puzzles.h"
#include "format/json.h"
#include "sweep/run_curves.h"
#include "sweep/run_log.h"

namespace trm::sweep {
namespace {

using nlohmann::ordered_json;
using Place = RungDecision::Place;

constexpr size_t kMostRecord = 1 << 24;

fs::path folder_of(const Study& study) {
  return fs::path(study.definition.runs) / "sweep" / "halving";
}

fs::path record_of(const Study& study, int64_t step) {
  return folder_of(study) / fmt::format("step_{}.json", step);
}

std::vector<std::string> rows_left(const Study& study, const std::vector<RungDecision>& decisions) {
  std::vector<std::string> rows;
  if (decisions.empty()) {
    for (const auto& member : study.members) {
      if (rows.empty() || rows.back() != member.row) rows.push_back(member.row);
    }
    return rows;
  }
  for (const auto& place : decisions.back().places) {
    if (place.goes_on) rows.push_back(place.row);
  }
  return rows;
}

ordered_json json_of(const RungDecision& decision, const HalvingConfig& config) {
  ordered_json json = {{"step", decision.step},
                       {"score", config.score},
                       {"keep", config.keep},
                       {"rows", ordered_json::array()}};
  for (const auto& place : decision.places) {
    json["rows"].push_back({{"row", place.row},
                            {"mean", place.score ? ordered_json(*place.score) : nullptr},
                            {"goes_on", place.goes_on}});
  }
  return json;
}

// A record as it was made. Error unless it is the one of these rows and settings.
RungDecision read_record(const Study& study, int64_t step, std::vector<std::string> rows) {
  const auto path = record_of(study, step);
  const auto json = format::parse_json(read_text(path, kMostRecord), path.string());
  const auto& config = study.definition.halving;
  RungDecision decision{.step = step, .places = {}};
  try {
    bool same = json.at("step") == step && json.at("score") == config.score &&
                json.at("keep") == config.keep;
    std::vector<std::string> recorded;
    for (const auto& row : json.at("rows")) {
      const auto& mean = row.at("mean");
      decision.places.push_back({row.at("row").get<std::string>(),
                                 mean.is_null() ? std::optional<double>() : mean.get<double>(),
                                 row.at("goes_on").get<bool>()});
      recorded.push_back(decision.places.back().row);
    }
    std::sort(recorded.begin(), recorded.end());
    std::sort(rows.begin(), rows.end());
    if (!same || recorded != rows)
      throw Error(path.string() +
                  ": halving was decided with other rows or settings; use the same, or another "
                  "folder with `runs`");
  } catch (const nlohmann::json::exception&) {
    throw Error(path.string() + ": damaged; remove it, and the rung is decided again");
  }
  return decision;
}

std::optional<double> score_at(const Member& member, const std::string& score, int64_t step) {
  const auto curves = read_run_curves(member.folder);
  const auto found = curves.values.find("validation/" + score);
  if (found == curves.values.end()) return std::nullopt;
  for (const auto& at : found->second) {
    if (at.step == step) return at.value;
  }
  return std::nullopt;
}

std::string decision_text(const RungDecision& decision) {
  std::vector<std::string> on, off;
  for (const auto& place : decision.places) (place.goes_on ? on : off).push_back(place.row);
  return fmt::format("halving after step {}: {} go on; {}", decision.step, fmt::join(on, ", "),
                     off.empty() ? std::string("none is dropped")
                                 : fmt::format("dropped: {}", fmt::join(off, ", ")));
}

}  // namespace

std::vector<RungDecision> decisions_of(const Study& study) {
  std::vector<RungDecision> decisions;
  for (const auto step : study.definition.halving.rungs) {
    if (!fs::exists(record_of(study, step))) break;
    decisions.push_back(read_record(study, step, rows_left(study, decisions)));
  }
  return decisions;
}

std::string why_dropped(const std::vector<RungDecision>& decisions, const Study& study,
                        const std::string& row) {
  for (const auto& decision : decisions) {
    for (size_t i = 0; i < decision.places.size(); ++i) {
      const auto& place = decision.places[i];
      if (place.row != row || place.goes_on) continue;
      const auto with = place.score ? fmt::format(" with validation {} {:.4f}",
                                                  study.definition.halving.score, *place.score)
                                    : std::string(" without a score");
      return fmt::format("dropped by halving after step {}, place {} of {}{}", decision.step, i + 1,
                         decision.places.size(), with);
    }
  }
  return "";
}

void choose(std::vector<Place>& places, const Study& study) {
  const auto& config = study.definition.halving;
  const bool high = !config.score.ends_with("loss");
  std::stable_sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
    if (!a.score || !b.score) return a.score.has_value() && !b.score;
    return high ? *a.score > *b.score : *a.score < *b.score;
  });
  const auto kept =
      static_cast<size_t>(std::ceil(config.keep * static_cast<double>(places.size()) - 1e-9));
  for (size_t i = 0; i < places.size(); ++i) {
    const bool compared =
        std::any_of(study.members.begin(), study.members.end(),
                    [&](const auto& m) { return study.reference_of(m) == places[i].row; });
    places[i].goes_on = i < kept || compared;
  }
}

void check_halving(const Study& study) {
  const auto& rungs = study.definition.halving.rungs;
  std::vector<std::string> faults;
  for (const auto& member : study.members) {
    if (rungs.empty() || member.seed != study.definition.seeds.front()) continue;
    const auto& e = member.experiment;
    const auto puzzles = experiment::open_puzzles(e.data);
    const auto names = experiment::score_names(e, puzzles, "validation");
    const auto& score = study.definition.halving.score;
    const auto interval = experiment::evaluation_interval(e.train, puzzles);
    const auto steps = experiment::total_steps(e.train, puzzles);
    const auto fault = [&](const std::string& what) {
      faults.push_back(fmt::format("{}: halving: {}", member.row, what));
    };
    if (puzzles.validation_examples.empty())
      fault("there is no validation set to choose by; set data.validation");
    if (std::find(names.begin(), names.end(), score) == names.end())
      fault("no score '" + score + "'");
    for (const auto rung : rungs) {
      const bool evaluated = interval && rung % *interval == 0 && rung < steps &&
                             rung / *interval > e.train.skip_evaluations;
      if (!evaluated)
        fault(fmt::format("no evaluation after step {} of {}; see train.eval_steps", rung, steps));
    }
  }
  if (!faults.empty()) fail_together(faults);
}

Halving::Halving(const Study& study) : study_(study), decisions_(decisions_of(study)) {}

std::optional<int64_t> Halving::next_rung() const {
  const auto& rungs = study_.definition.halving.rungs;
  return decisions_.size() < rungs.size() ? std::optional(rungs[decisions_.size()]) : std::nullopt;
}

std::vector<const Member*> Halving::left() const {
  std::vector<const Member*> members;
  for (const auto& member : study_.members) {
    if (!is_dropped(member)) members.push_back(&member);
  }
  return members;
}

bool Halving::is_dropped(const Member& member) const {
  return !why_dropped(decisions_, study_, member.row).empty();
}

bool Halving::waits(const Member& member) const {
  const auto rung = next_rung();
  if (!rung) return false;
  const auto step = read_last_line(member.folder).step;
  if (step < *rung) return false;
  // Of a log that was lost up to here no score will come.
  return step > *rung || score_at(member, study_.definition.halving.score, *rung).has_value();
}

std::vector<std::string> Halving::decide(const std::function<bool(const Member&)>& has_failed) {
  std::vector<std::string> texts;
  while (const auto rung = next_rung()) {
    const auto members = left();
    const auto is_there = [&](const Member* member) { return waits(*member); };
    const bool ready = std::any_of(members.begin(), members.end(), is_there) &&
                       std::all_of(members.begin(), members.end(), [&](const Member* member) {
                         return is_there(member) || has_failed(*member);
                       });
    fs::create_directories(folder_of(study_));
    const auto lock = FolderLock::if_free(folder_of(study_));
    if (!lock) break;
    RungDecision decision{.step = *rung, .places = {}};
    if (fs::exists(record_of(study_, *rung))) {
      decision = read_record(study_, *rung, rows_left(study_, decisions_));
    } else if (ready) {
      for (const auto& row : rows_left(study_, decisions_)) {
        std::vector<double> scores;
        for (const auto* member : members) {
          const auto score = score_at(*member, study_.definition.halving.score, *rung);
          if (member->row == row && score) scores.push_back(*score);
        }
        decision.places.push_back(
            {row, scores.empty() ? std::optional<double>() : mean_of(scores), true});
      }
      choose(decision.places, study_);
      write_text(record_of(study_, *rung),
                 json_of(decision, study_.definition.halving).dump(1) + "\n");
    } else {
      break;
    }
    decisions_.push_back(decision);
    texts.push_back(decision_text(decision));
  }
  return texts;
}

}  // namespace trm::sweep
