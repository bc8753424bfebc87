#pragma once

#include <cstdint>
#include <span>

#include "data/token.h"

namespace trm::data {

// FNV-1a over 64 bits, one byte after the other. Two of n texts have the same by chance once in
// 2^65 / n^2 times.
class Fingerprint {
 public:
  void add(uint8_t byte) { value_ = (value_ ^ byte) * 0x100000001b3ULL; }
  void add(std::span<const uint8_t> bytes) {
    for (const auto byte : bytes) add(byte);
  }
  void add(Tokens tokens) {
    for (const auto token : tokens) {
      for (int shift = 0; shift < 32; shift += 8)
        add(static_cast<uint8_t>(static_cast<uint32_t>(token) >> shift));
    }
  }
  void add_number(uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) add(static_cast<uint8_t>(number >> shift));
  }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0xcbf29ce484222325ULL;
};

inline uint64_t fingerprint_of(Tokens tokens) {
  Fingerprint print;
  print.add(tokens);
  return print.value();
}

}  // namespace trm::data
