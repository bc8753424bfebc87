#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "bench/run_cost.h"
#include "experiment/experiment.h"
#include "sweep/definition.h"

namespace trm::sweep {

namespace fs = std::filesystem;

// One run of a study.
struct Member {
  size_t index = 0;    // in the study, from 0: seeds change first, then the grid, then arms
  size_t variant = 0;  // which combination of arm and grid, from 0
  std::string arm;     // its name in the file
  std::string point;   // of the grid: "train.batch=32, model.width=64"; empty without one
  std::string row;     // of the table: "full", "full train.batch=32"
  int64_t seed = 0;
  std::string name;                   // of its folder: "full-train.batch=32-seed0"
  fs::path folder;                    // its run
  fs::path notes;                     // what the study knows of it (member_notes.h)
  experiment::Experiment experiment;  // resolved, but for what depends on the machine
};

struct Study {
  fs::path file;
  Definition definition;
  std::vector<Member> members;
  std::vector<std::string> notes = {};  // what changes of kind do besides, a line each

  // Of several rows with several points of the grid: the row that one is compared with; empty
  // where there is none.
  std::string reference_of(const Member& member) const;
};

// A study with every config read and checked as trm-train does. `words` as load_definition() has
// them. Error naming the mistakes of all arms together.
Study load_study(const fs::path& file, const std::vector<std::string>& words);

// Members of the arms that are named; all where none is. Error on an arm that there is not.
std::vector<const Member*> members_of(const Study& study, const std::vector<std::string>& arms);

// What each variant of these members takes, by Member::variant; nothing is trained. Error, before
// any of them is begun, on data that cannot be opened, a model that does not fit them, a score that
// they do not have, and a run folder that was begun with another config.
std::map<size_t, bench::RunCost> check_members(const Study& study,
                                               const std::vector<const Member*>& members);

// What the run in a member's folder was begun with and differs from the study: nothing where it was
// not begun, or goes on with the same numbers.
std::vector<std::string> changes_of(const Member& member);

// The same of what a finished run's test depends on besides (experiment::test_changes): once it is
// given to trm-train again, which sees whether it is the same data by another name, nothing.
std::vector<std::string> test_changes_of(const Member& member);

}  // namespace trm::sweep
