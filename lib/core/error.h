#pragma once

#include <stdexcept>
#include <string>

namespace trm {

// A fault that the user can mend. The text is one line, "where: what; next move";
// programs print it after "error: " and exit with code 2.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& text) : std::runtime_error(text) {}
};

}  // namespace trm
