#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/file.h"
#include "core/progress.h"
#include "fetch/patience.h"

namespace trm::fetch {

struct Download {
  std::string url;
  std::string name;                // for the progress bar
  int64_t most_bytes;              // a larger answer is refused
  std::optional<int64_t> bytes{};  // where the size is known, the only one accepted
};

// Brings a file over HTTP or HTTPS and goes on from what `file` holds already, if the server's file
// is the same by its ETag or date. False when it was stopped; what has come stays in `file` then,
// and after most Errors, too.
bool download(const Download& what, PartialFile& file, Progress& progress,
              const Patience& patience);

}  // namespace trm::fetch
