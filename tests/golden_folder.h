#pragma once

#include <cstdlib>

#include "core/file.h"

namespace trm {

// TRM_GOLDEN, or the committed copies.
inline fs::path golden_folder() {
  const char* folder = std::getenv("TRM_GOLDEN");
  return folder && *folder ? fs::path(folder) : fs::path(TRM_SOURCE_DIR) / "tests/golden";
}

}  // namespace trm
