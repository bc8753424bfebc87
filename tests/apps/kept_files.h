#pragma once

#include "core/file.h"

namespace trm {

// The files in which trm-eval keeps what it has done, under a folder.
inline size_t kept_files(const fs::path& folder) {
  size_t files = 0;
  if (!fs::exists(folder)) return 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    files += entry.path().extension() == ".safetensors" ? 1 : 0;
  return files;
}

}  // namespace trm
