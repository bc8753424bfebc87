#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "data/audit.h"

namespace trm::apps {

// What an audit finds, with a bar while it looks.
std::vector<data::Finding> find_faults(const data::Task& task, int64_t cells,
                                       const data::Originals& train, const data::Originals& test);

// Warns of each; Error with all of them where the user asked for --strict.
void warn_of(const std::vector<data::Finding>& findings, bool strict);
// The same for a set that is to be written.
void warn_of_faults(const data::Task& task, const data::PackedSet& set, bool strict);

// A task for data of these sizes.
template <class T>
T task_for(int64_t cells, int64_t vocabulary) {
  data::PackedInfo info;
  info.cells = cells;
  info.vocabulary = vocabulary;
  return T(typename T::Config{}, info);
}

nlohmann::ordered_json json_of(const std::vector<data::Finding>& findings);

}  // namespace trm::apps
