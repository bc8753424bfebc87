#include "figure/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace trm::figure {
namespace {

constexpr double kLeast = 1e-12;  // of a range's width, beside its values
constexpr double kMost = 1e100;   // of a value that a drawing has room for

// The least of 1, 2 and 5 times a power of ten with at most `most` multiples in the range.
double step_of(const Range& range, size_t most, bool whole) {
  const double width = range.high - range.low;
  const double rough = width / static_cast<double>(most);
  double power = std::pow(10, std::floor(std::log10(rough)));
  if (!(power > 0)) power = rough;  // below what a power of ten can be
  for (;; power *= 10) {
    for (const double times : {1.0, 2.0, 5.0}) {
      const double step = times * power;
      if (whole && (step < 1 || step != std::floor(step))) continue;
      const double count = std::floor(range.high / step) - std::ceil(range.low / step) + 1;
      if (count <= static_cast<double>(most)) return step;
    }
  }
}

struct Unit {
  double size;
  const char* sign;
};

Unit unit_of(double most) {
  if (most >= 1e15 || most < 1e4) return {1, ""};
  if (most >= 1e12) return {1e12, "T"};
  if (most >= 1e9) return {1e9, "G"};
  if (most >= 1e6) return {1e6, "M"};
  return {1e3, "k"};
}

}  // namespace

Range range_of(std::span<const double> values, bool logarithmic) {
  bool any = false;
  Range range;
  for (const double value : values) {
    if (!(std::abs(value) < kMost) || (logarithmic && value <= 1 / kMost)) continue;
    range.low = any ? std::min(range.low, value) : value;
    range.high = any ? std::max(range.high, value) : value;
    any = true;
  }
  if (!any) return logarithmic ? Range{0.1, 1} : Range{0, 1};
  const double size = std::max(std::abs(range.low), std::abs(range.high));
  if (range.high - range.low > kLeast * size) return range;
  if (logarithmic) return {range.low / 2, range.high * 2};
  const double room = size > 0 ? size / 10 : 1;
  return {range.low - room, range.high + room};
}

std::vector<double> ticks_of(const Range& range, size_t most, bool whole) {
  const double step = step_of(range, most, whole);
  const double first = std::ceil(range.low / step), last = std::floor(range.high / step);
  std::vector<double> ticks;
  for (double i = first; i <= last && ticks.size() < most; ++i) ticks.push_back(i * step);
  return ticks;
}

std::vector<double> log_ticks_of(const Range& range, size_t most) {
  constexpr double kEdge = 1e-9;  // of a decade: an end that is round is a tick
  const double low = std::log10(range.low) - kEdge, high = std::log10(range.high) + kEdge;
  const int first = static_cast<int>(std::floor(low)), last = static_cast<int>(std::ceil(high));
  const auto within = [&](int every, std::initializer_list<double> times) {
    std::vector<double> ticks;
    for (int power = first; power <= last; ++power) {
      if (power % every != 0) continue;
      for (const double time : times) {
        const double tick = time * std::pow(10, power);
        if (std::log10(tick) >= low && std::log10(tick) <= high) ticks.push_back(tick);
      }
    }
    return ticks;
  };
  const auto many = within(1, {1, 2, 5});
  if (many.size() < 2) return ticks_of(range, most);
  if (many.size() <= most) return many;
  for (int every = 1;; ++every) {
    auto ticks = within(every, {1});
    if (ticks.size() <= most) return ticks;
  }
}

Range rounded(const Range& range, size_t most) {
  // Each end may take one more.
  const double step = step_of(range, std::max<size_t>(most, 4) - 2, false);
  return {std::floor(range.low / step) * step, std::ceil(range.high / step) * step};
}

std::vector<std::string> tick_labels(std::span<const double> ticks) {
  double most = 0;
  for (const double tick : ticks) most = std::max(most, std::abs(tick));
  const auto unit = unit_of(most);
  const double step = (ticks.size() > 1 ? ticks[1] - ticks[0] : most) / unit.size;
  const double decimals = step > 0 ? std::ceil(-std::log10(step) - 1e-9) : 0;
  std::vector<std::string> labels;
  for (const double tick : ticks) {
    if (tick == 0) {
      labels.emplace_back("0");
    } else if (most >= 1e15 || decimals > 6) {
      labels.push_back(fmt::format("{:.4g}", tick));
    } else {
      const int shown = static_cast<int>(std::max(0.0, decimals));
      labels.push_back(fmt::format("{:.{}f}{}", tick / unit.size, shown, unit.sign));
    }
  }
  return labels;
}

std::vector<std::string> log_tick_labels(std::span<const double> ticks) {
  std::vector<std::string> labels;
  for (const double tick : ticks) {
    const auto unit = unit_of(tick);
    labels.push_back(fmt::format("{:.4g}{}", tick / unit.size, unit.sign));
  }
  return labels;
}

std::string value_text(double value) {
  const double size = std::abs(value);
  if (value == 0) return "0";
  if (!std::isfinite(value) || size >= 1e15 || size < 1e-6) return fmt::format("{:.4g}", value);
  const int digits = std::max(0, 3 - static_cast<int>(std::floor(std::log10(size))));
  auto text = fmt::format("{:.{}f}", value, digits);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  return text;
}

Scale::Scale(const Range& range, bool logarithmic, double from, double to)
    : low_(logarithmic ? std::log10(range.low) : range.low),
      high_(logarithmic ? std::log10(range.high) : range.high),
      from_(from),
      to_(to),
      logarithmic_(logarithmic) {}

double Scale::operator()(double value) const {
  const double at = logarithmic_ ? std::log10(std::max(value, 1e-300)) : value;
  const double share = std::clamp((at - low_) / (high_ - low_), 0.0, 1.0);
  return from_ + share * (to_ - from_);
}

}  // namespace trm::figure
