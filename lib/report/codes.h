#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace trm::report {

// Numbers of cells as few characters, for the script of a page. A number has a fixed count of
// digits to the base 36, '-' in each place for -1. What lies between them is JSON's business.
class Codes {
 public:
  // Values 0 to `values` - 1 (and -1) of `cells` cells.
  Codes(size_t cells, size_t values);

  size_t value_digits() const { return value_digits_; }
  size_t cell_digits() const { return cell_digits_; }

  std::string row(std::span<const int> values) const;
  // A row by what differs from the one before: cell and value of each change, in order; where that
  // is longer than all values, '=' and these.
  std::string changes(std::span<const int> before, std::span<const int> now) const;

 private:
  size_t value_digits_, cell_digits_;
};

}  // namespace trm::report
