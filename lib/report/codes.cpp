#include "report/codes.h"

namespace trm::report {
namespace {

constexpr size_t kBase = 36;
constexpr const char* kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";

size_t digits_for(size_t values) {
  size_t digits = 1;
  for (size_t least = kBase; least < values; least *= kBase) ++digits;
  return digits;
}

void append(std::string& text, size_t number, size_t digits) {
  const auto begin = text.size();
  text.append(digits, '0');
  for (size_t i = digits; i-- > 0; number /= kBase) text[begin + i] = kDigits[number % kBase];
}

void append_value(std::string& text, int value, size_t digits) {
  if (value < 0) {
    text.append(digits, '-');
  } else {
    append(text, static_cast<size_t>(value), digits);
  }
}

}  // namespace

Codes::Codes(size_t cells, size_t values)
    : value_digits_(digits_for(values)), cell_digits_(digits_for(cells)) {}

std::string Codes::row(std::span<const int> values) const {
  std::string text;
  for (const int value : values) append_value(text, value, value_digits_);
  return text;
}

std::string Codes::changes(std::span<const int> before, std::span<const int> now) const {
  std::string text;
  for (size_t i = 0; i < now.size(); ++i) {
    if (before[i] == now[i]) continue;
    append(text, i, cell_digits_);
    append_value(text, now[i], value_digits_);
  }
  return text.size() > value_digits_ * now.size() ? "=" + row(now) : text;
}

}  // namespace trm::report
