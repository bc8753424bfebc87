#pragma once

#include <filesystem>
#include <string>

#include "core/error.h"

namespace trm::data {

// What is wrong with a file of a data folder that does not fit the others.
[[noreturn]] inline void inconsistent(const std::filesystem::path& path, const std::string& what) {
  throw Error(path.string() + ": " + what + "; the folder is inconsistent, build it again");
}

}  // namespace trm::data
