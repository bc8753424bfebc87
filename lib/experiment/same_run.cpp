#include "experiment/same_run.h"

#include "core/config_dump.h"
#include "core/config_read.h"

namespace trm::experiment {

std::vector<std::string> config_changes(const Experiment& before, const Experiment& now) {
  auto changed = numeric_differences(before, now);
  const bool other_length =
      before.train.steps != now.train.steps || before.train.epochs != now.train.epochs;
  if (other_length && now.optim.schedule.min_ratio < 1) {
    changed.push_back("train.steps: another length moves the learning rate's cosine");
  }
  return changed;
}

std::vector<std::string> test_changes(const Experiment& before, const Experiment& now) {
  const auto lines_of = [](const Experiment& e) {
    ConfigWriter writer;
    auto data = e.data;
    data.fields(writer);
    auto lines = writer.lines();
    for (auto& line : lines) line = {"data." + line.path, line.value, /*free=*/false};
    lines.push_back({"train.best", e.train.best, false});
    return lines;
  };
  return differences(lines_of(before), lines_of(now));
}

void check_same_run(const Experiment& experiment, const run::RunFolder& run) {
  const auto changed = config_changes(read_experiment(load_config(run.config())), experiment);
  if (changed.empty()) return;
  std::string text;
  for (const auto& line : changed) text += (text.empty() ? "" : "; ") + line;
  throw Error(run.path().string() + ": begun with another config (" + text +
              "); use the same values, or another folder with --run");
}

void check_same_data(const std::string& data_path, const DataHashes& hashes,
                     const run::RunFolder& run, const run::Checkpoint& checkpoint) {
  const DataHashes before{checkpoint.manifest().data_hash, checkpoint.manifest().test_hash};
  const bool same_train = before.same_train(hashes);
  if (same_train && before.same_test(hashes)) return;
  throw Error(data_path + ": not the " + (same_train ? "test" : "training") + " data that " +
              run.path().string() + " was begun on; name that, or another folder with --run");
}

}  // namespace trm::experiment
