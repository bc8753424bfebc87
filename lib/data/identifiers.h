#pragma once

#include <string>
#include <vector>

#include "data/dataset.h"

namespace trm::data {

inline constexpr const char* kIdentifiersFile = "identifiers.json";

// identifiers.json of one of a data set's folders: a name for each of the puzzle ids that its
// dataset.json counts, the first that of the blank one. Error where it is not that.
std::vector<std::string> read_identifiers(const Dataset& data, size_t folder);

}  // namespace trm::data
