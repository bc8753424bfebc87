#pragma once

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <random>
#include <string>

#include "tests/fuzz/subject.h"

namespace trm {

// Changes inputs at random, by a seed alone: the same on every machine.
class Mutator {
 public:
  Mutator(const Subject& subject, uint64_t seed) : subject_(subject), random_(seed) {}

  // A seed of the subject with one to eight changes.
  std::string next() {
    auto bytes = pick(subject_.seeds);
    for (uint64_t changes = 1 + below(8); changes > 0; --changes) change(bytes);
    return bytes;
  }

  void change(std::string& bytes) {
    constexpr size_t kMostBytes = 1 << 16;
    switch (below(11)) {
      case 0:
        return flip_bit(bytes);
      case 1:
        return put(bytes, {static_cast<char>(below(256))});
      case 2:
        return bytes.resize(below(bytes.size() + 1));
      case 3:
        return insert(bytes, noise());
      case 4:
        bytes.erase(place(bytes), 1 + below(16));
        return;
      case 5:
        return repeat_block(bytes, kMostBytes);
      case 6:
        return swap_blocks(bytes);
      case 7:
        return replace_number(bytes);
      case 8:
        return subject_.words.empty() ? flip_bit(bytes) : insert(bytes, pick(subject_.words));
      case 9:
        return subject_.words.empty() ? flip_bit(bytes) : put(bytes, pick(subject_.words));
      default:
        return put(bytes, integer());
    }
  }

 private:
  uint64_t below(uint64_t limit) { return random_() % limit; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  size_t place(const std::string& bytes) { return below(bytes.size() + 1); }

  void flip_bit(std::string& bytes) {
    if (bytes.empty()) return;
    auto& byte = bytes[below(bytes.size())];
    byte = static_cast<char>(byte ^ (1 << below(8)));
  }
  void insert(std::string& bytes, const std::string& piece) { bytes.insert(place(bytes), piece); }
  void put(std::string& bytes, const std::string& piece) {
    bytes.replace(place(bytes), piece.size(), piece);
  }
  std::string noise() {
    std::string bytes(1 + below(16), '\0');
    for (char& byte : bytes) byte = static_cast<char>(below(256));
    return bytes;
  }
  // Deep nesting, long lines and many repeats come from this one.
  void repeat_block(std::string& bytes, size_t most) {
    const auto block = bytes.substr(place(bytes), 1 + below(32));
    const auto at = place(bytes);
    for (uint64_t times = 1 + below(below(8) == 0 ? 2000 : 4); times > 0; --times) {
      if (bytes.size() + block.size() > most) return;
      bytes.insert(at, block);
    }
  }
  void swap_blocks(std::string& bytes) {
    const size_t size = std::min<size_t>(1 + below(32), bytes.size() / 2);
    if (size == 0) return;
    const auto first = below(bytes.size() - 2 * size + 1);
    const auto second = first + size + below(bytes.size() - 2 * size - first + 1);
    std::swap_ranges(bytes.begin() + static_cast<int64_t>(first),
                     bytes.begin() + static_cast<int64_t>(first + size),
                     bytes.begin() + static_cast<int64_t>(second));
  }
  // Another number in the place of one in text.
  void replace_number(std::string& bytes) {
    static const std::vector<std::string> kNumbers = {"0",
                                                      "1",
                                                      "-1",
                                                      "2",
                                                      "7",
                                                      "255",
                                                      "256",
                                                      "65536",
                                                      "2147483647",
                                                      "2147483648",
                                                      "4294967296",
                                                      "9223372036854775807",
                                                      "9223372036854775808",
                                                      "18446744073709551616",
                                                      "-9223372036854775808",
                                                      "1e308",
                                                      "1e999",
                                                      "0.5",
                                                      "-0.0",
                                                      "nan",
                                                      "1000000000",
                                                      "99999999999999999999999999"};
    const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
    const auto from = bytes.begin() + static_cast<int64_t>(place(bytes));
    const auto begin = std::find_if(from, bytes.end(), digit);
    const auto end = std::find_if_not(begin, bytes.end(), digit);
    bytes.replace(begin, end, pick(kNumbers));
  }
  // A binary one of 1 to 8 bytes: small, near a power of two, or anything.
  std::string integer() {
    const uint64_t kinds[] = {below(16), (uint64_t{1} << below(64)) - below(3), ~below(16),
                              random_()};
    const uint64_t value = kinds[below(4)];
    std::string bytes(size_t{1} << below(4), '\0');
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(value >> (8 * i));
    return bytes;
  }

  const Subject& subject_;
  std::mt19937_64 random_;
};

}  // namespace trm
