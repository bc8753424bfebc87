#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/file.h"
#include "core/progress.h"
#include "fetch/patience.h"
#include "fetch/public_sets.h"

namespace trm::fetch {

// Beside the files: of which set each is, from where it came, its size and SHA-256. A file that is
// fetched again must have the same.
inline constexpr const char* kSourcesFile = "sources.json";

// Error with the known names for another.
const PublicSet& public_set(const std::string& name);

struct FetchRequest {
  PublicSet set;
  fs::path folder;
  std::string mirror;  // in place of the set's base; empty for none
  Patience patience{};
};

struct FetchResult {
  struct File {
    fs::path path;
    int64_t bytes;
    bool fetched;  // false: it was there, with the right hash
  };
  std::vector<File> files;
  bool stopped = false;  // the same request goes on
};

// Brings the files of a set that are not in the folder yet. Each appears whole and checked or not
// at all; nothing is asked of the network where all are there.
FetchResult fetch(const FetchRequest& request, Progress& progress);

}  // namespace trm::fetch
