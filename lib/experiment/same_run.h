#pragma once

#include "experiment/experiment.h"
#include "run/run_folder.h"

namespace trm::experiment {

// What of a config decides numbers and differs from what a run was begun with, as "train.batch: 64
// there, 32 here".
std::vector<std::string> config_changes(const Experiment& before, const Experiment& now);

// What decides nothing while a run is trained and yet what its last test is of, and differs: where
// its data lie and train.best, likewise as text.
std::vector<std::string> test_changes(const Experiment& before, const Experiment& now);

// What must be equal for a run to go on with the same numbers: every numeric field of its config,
// and its data. Error naming what differs.
void check_same_run(const Experiment& experiment, const run::RunFolder& run);
struct DataHashes {
  std::string train, test;

  bool same_train(const DataHashes& now) const { return train == now.train; }
  // A checkpoint of an older version does not know its test data.
  bool same_test(const DataHashes& now) const { return test.empty() || test == now.test; }
};
void check_same_data(const std::string& data_path, const DataHashes& hashes,
                     const run::RunFolder& run, const run::Checkpoint& checkpoint);

}  // namespace trm::experiment
