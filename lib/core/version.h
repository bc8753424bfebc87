#pragma once

#include <string>

namespace trm {

struct Version {
  std::string number;
  std::string commit;  // "unknown" outside a git checkout
  bool clean;          // no tracked file differed from the commit at build time
};

// Defined in a file that the build writes.
Version version();

}  // namespace trm
