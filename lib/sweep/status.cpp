#include "sweep/status.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/terminal.h"
#include "survey/run_state.h"
#include "sweep/halving.h"
#include "sweep/member_notes.h"
#include "sweep/run_log.h"

namespace trm::sweep {
namespace {

// Of a run that goes on.
std::string left_of(const MemberStatus& status) {
  if (status.state != "running" || !status.steps || status.rate.value_or(0) <= 0) return "";
  return human_seconds(static_cast<double>(*status.steps - status.step) / *status.rate);
}

}  // namespace

MemberStatus status_of(const Member& member, const std::string& dropped) {
  MemberStatus status{.member = &member, .state = "waiting", .why = {}};
  const auto notes = read_notes(member);
  status.steps = steps_of(member);
  if (notes) status.operations = notes->operations;
  auto log = read_run_log(member.folder);
  status.step = log.step;
  status.loss = log.loss;
  status.rate = log.rate;
  status.seconds = log.seconds;
  status.scores = std::move(log.scores);
  const auto changes = changes_of(member);
  if (is_taken(member)) {
    status.state = "running";
  } else if (!changes.empty()) {
    status.state = "changed";
    status.why = fmt::format("{}", fmt::join(changes, "; "));
  } else if (status.steps && is_done(member, *status.steps)) {
    status.state = "done";
  } else if (!dropped.empty()) {
    status.state = "dropped";
    status.why = dropped;
  } else if (notes && notes->state == "failed") {
    status.state = "failed";
    status.why = notes->why;
    if (!notes->last_lines.empty()) status.why += ": " + notes->last_lines.back();
  } else if (notes || fs::exists(member.folder / "config.yaml")) {
    status.state = "stopped";
  }
  return status;
}

std::vector<MemberStatus> status_of(const Study& study) {
  std::vector<MemberStatus> statuses;
  const auto decisions = decisions_of(study);
  for (const auto& member : study.members)
    statuses.push_back(status_of(member, why_dropped(decisions, study, member.row)));
  return statuses;
}

bool goes_on(const std::vector<MemberStatus>& statuses) {
  return std::any_of(statuses.begin(), statuses.end(),
                     [](const auto& status) { return status.state == "running"; });
}

std::string status_text(const std::vector<MemberStatus>& statuses) {
  size_t width = 3;
  std::map<std::string, size_t> counts;
  for (const auto& status : statuses) {
    width = std::max(width, status.member->name.size());
    ++counts[status.state];
  }
  std::string text = fmt::format("  {:<{}}  {:<8} {:>15}  {:>8}  {:>8}  {:<20} {}\n", "run", width,
                                 "state", "step", "steps/s", "loss", "exact", "left");
  for (const auto& status : statuses) {
    const auto steps = status.steps ? std::to_string(*status.steps) : "?";
    const bool running = status.state == "running";
    auto line = fmt::format("  {:<{}}  {:<8} {:>15}  {:>8}  {:>8}  {:<20} {}", status.member->name,
                            width, status.state, fmt::format("{}/{}", status.step, steps),
                            running && status.rate ? fmt::format("{:.3g}", *status.rate) : "",
                            status.loss ? fmt::format("{:.4f}", *status.loss) : "",
                            survey::exact_text(status.scores), left_of(status));
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (!status.why.empty()) text += "      " + status.why + "\n";
  }
  std::string summary;
  for (const auto& [state, count] : counts)
    summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ", count, state);
  return text + fmt::format("{} runs: {}\n", statuses.size(), summary);
}

nlohmann::ordered_json status_json(const std::vector<MemberStatus>& statuses) {
  using nlohmann::ordered_json;
  const auto known = [](const auto& value) {
    return value ? ordered_json(*value) : ordered_json(nullptr);
  };
  auto list = ordered_json::array();
  for (const auto& status : statuses) {
    ordered_json json = {{"run", status.member->folder.string()},
                         {"arm", status.member->row},
                         {"seed", status.member->seed},
                         {"state", status.state},
                         {"step", status.step},
                         {"steps", known(status.steps)},
                         {"loss", known(status.loss)},
                         {"steps_per_second", known(status.rate)},
                         {"seconds", status.seconds},
                         {"operations", known(status.operations)},
                         {"scores", status.scores}};
    if (!status.why.empty()) json["why"] = status.why;
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace trm::sweep
