#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/steady_file.h"

namespace trm::data {

// A list of whole numbers 0 to `most` of a data folder, such as offsets or identifiers, with the
// stamp of its file. Error naming the file where it is anything else.
struct NumberList {
  std::vector<int32_t> values;
  FileStamp stamp;
};
NumberList read_numbers(const std::filesystem::path& path, int64_t most = INT32_MAX);

// Offsets of entries that are not empty: they start at 0, rise, and end at `last`; Error else.
void check_offsets(const std::filesystem::path& path, const std::vector<int32_t>& offsets,
                   int64_t last);

}  // namespace trm::data
