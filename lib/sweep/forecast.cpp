#include "sweep/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/terminal.h"
#include "sweep/run_log.h"
#include "sweep/slots.h"

namespace trm::sweep {
namespace {

// What a run leaves on the disk: the newest checkpoints, the best, and every so many. What training
// keeps in memory is more than what a checkpoint has of it.
double checkpoint_bytes(const experiment::TrainConfig& train, const bench::RunCost& cost) {
  auto count = train.keep + (cost.validation_puzzles > 0 ? 1 : 0);
  if (train.keep_every) count += cost.steps / *train.keep_every;
  count = std::min(count, cost.steps / train.save_steps + cost.evaluations + 1);
  return static_cast<double>(count) * cost.step.state_bytes;
}

bench::RunCost measured(const Member& member, const Slot& slot) {
  auto experiment = member.experiment;
  const auto device = device_of(slot, member);
  if (experiment.threads == 0) experiment.threads = slot.threads;
  if (!device.empty()) experiment.device = device == "cpu" ? "cpu" : "cuda";
  return bench::cost_of_run(std::move(experiment), /*timed=*/true);
}

}  // namespace

double Forecast::seconds() const {
  double all = 0, longest = 0;
  for (const auto& row : rows) {
    all += static_cast<double>(row.runs - row.done) * row.seconds;
    if (row.done < row.runs) longest = std::max(longest, row.seconds);
  }
  return std::max(longest, all / static_cast<double>(std::max<size_t>(1, jobs)));
}

double Forecast::operations() const {
  double all = 0;
  for (const auto& row : rows) all += static_cast<double>(row.runs - row.done) * row.operations;
  return all;
}

double Forecast::bytes() const {
  double all = 0;
  for (const auto& row : rows) all += static_cast<double>(row.runs) * row.bytes;
  return all;
}

Forecast forecast(const Study& study, const RunOptions& options) {
  const auto members = selected(study, options);
  check_members(study, members);
  const auto slots = slots_of(options.jobs, options.devices, members);
  Forecast result;
  result.jobs = slots.size();
  result.threads = slots.front().threads;
  std::map<size_t, size_t> row_of;  // by Member::variant
  for (const auto* member : members) {
    result.runs.push_back(member->name);
    if (!row_of.contains(member->variant)) {
      row_of[member->variant] = result.rows.size();
      const auto cost = measured(*member, slots.front());
      const auto puzzles = static_cast<double>(cost.evaluated_puzzles());
      result.rows.push_back({.row = member->row,
                             .steps = cost.steps,
                             .parameters = cost.step.parameters,
                             .operations = cost.step.operations * static_cast<double>(cost.steps) +
                                           cost.step.evaluation_operations * puzzles,
                             .seconds = cost.training_seconds() + cost.evaluation_seconds(),
                             .bytes = checkpoint_bytes(member->experiment.train, cost)});
    }
    auto& row = result.rows[row_of[member->variant]];
    ++row.runs;
    row.done += is_done(*member, row.steps) ? 1 : 0;
  }
  return result;
}

std::string forecast_text(const Study& study, const Forecast& forecast) {
  size_t width = 3;
  for (const auto& row : forecast.rows) width = std::max(width, row.row.size());
  std::string text;
  if (!study.definition.question.empty())
    text += fmt::format("{:<12}{}\n", "question", study.definition.question);
  if (!study.definition.hypothesis.empty())
    text += fmt::format("{:<12}{}\n", "hypothesis", study.definition.hypothesis);
  text +=
      fmt::format("\n  {:<{}}  {:>5}  {:>5}  {:>7}  {:>10}  {:>11}  {:>12}  {:>11}\n", "row", width,
                  "runs", "done", "steps", "parameters", "FLOP a run", "time a run", "disk a run");
  for (const auto& row : forecast.rows) {
    text += fmt::format(
        "  {:<{}}  {:>5}  {:>5}  {:>7}  {:>10}  {:>11}  {:>12}  {:>11}\n", row.row, width, row.runs,
        row.done, row.steps, human_count(static_cast<double>(row.parameters)),
        human_count(row.operations), human_seconds(row.seconds), human_bytes(row.bytes));
  }
  text += fmt::format("\n{:<12}{}, {} at once, threads of each: {}\n", "runs", forecast.runs.size(),
                      forecast.jobs, forecast.threads);
  text += fmt::format("{:<12}about {} for what is not done, by a few steps of each row\n", "time",
                      human_seconds(forecast.seconds()));
  text += fmt::format("{:<12}{}FLOP of matrix products\n", "arithmetic",
                      human_count(forecast.operations()));
  text += fmt::format("{:<12}{} at most, in {}\n", "disk", human_bytes(forecast.bytes()),
                      study.definition.runs);
  if (study.definition.budget) {
    const double hours = *study.definition.budget;
    const double needed = forecast.seconds() * static_cast<double>(forecast.jobs) / 3600;
    text += fmt::format("{:<12}{} h of computing; this takes about {:.2g} h{}\n", "budget", hours,
                        needed, needed > hours ? ": more than there is" : "");
  }
  return text;
}

nlohmann::ordered_json forecast_json(const Forecast& forecast) {
  nlohmann::ordered_json json = {{"runs", forecast.runs},
                                 {"jobs", forecast.jobs},
                                 {"threads", forecast.threads},
                                 {"seconds", forecast.seconds()},
                                 {"operations", forecast.operations()},
                                 {"bytes", forecast.bytes()},
                                 {"rows", nlohmann::ordered_json::array()}};
  for (const auto& row : forecast.rows) {
    json["rows"].push_back({{"arm", row.row},
                            {"runs", row.runs},
                            {"done", row.done},
                            {"steps", row.steps},
                            {"parameters", row.parameters},
                            {"operations", row.operations},
                            {"seconds", row.seconds},
                            {"bytes", row.bytes}});
  }
  return json;
}

}  // namespace trm::sweep
