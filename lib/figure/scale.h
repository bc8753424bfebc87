#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace trm::figure {

// Values that an axis goes over, low < high; of a logarithmic one both are above 0.
struct Range {
  double low = 0, high = 1;
};

// The range of some values: where all are the same, one around them; without any, 0 .. 1. What is
// not finite or beyond 1e100, and on a logarithmic axis what is not above 0, does not count.
Range range_of(std::span<const double> values, bool logarithmic);

// At most `most` (2 or more) round values within a range, in order: multiples of 1, 2 or 5 times a
// power of ten, whole numbers alone where asked; on a logarithmic axis powers of ten, with 2 and 5
// times them where these are few.
std::vector<double> ticks_of(const Range& range, size_t most, bool whole = false);
std::vector<double> log_ticks_of(const Range& range, size_t most);

// The range that begins and ends at round values, with at most `most` ticks.
Range rounded(const Range& range, size_t most);

// Ticks as text with as many decimals as tell them apart, "20k" from ten thousand on.
std::vector<std::string> tick_labels(std::span<const double> ticks);
std::vector<std::string> log_tick_labels(std::span<const double> ticks);

// A value for reading, to four digits: "0.05312", "97.5", "12000".
std::string value_text(double value);

// From values to places of a drawing.
class Scale {
 public:
  Scale(const Range& range, bool logarithmic, double from, double to);
  double operator()(double value) const;  // clamped to the range

 private:
  double low_, high_, from_, to_;
  bool logarithmic_;
};

}  // namespace trm::figure
