#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

#include "core/error.h"

namespace trm::format {

// The bytes of a pickle, read front to back, and the place for messages.
class PickleInput {
 public:
  PickleInput(std::span<const std::byte> bytes, const std::string& where)
      : bytes_(bytes), where_(where) {}

  // Error at the opcode that was read last.
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(where_ + ": byte " + std::to_string(opcode_at_) + ": " + what +
                "; save model.state_dict() with torch.save");
  }

  char opcode() {
    opcode_at_ = at_;
    return number<char>();
  }
  std::span<const std::byte> take(uint64_t count) {
    if (count > bytes_.size() - at_) fail("the pickle ends in the middle");
    const auto part = bytes_.subspan(at_, count);
    at_ += count;
    return part;
  }
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  std::string text(uint64_t length) {
    const auto part = take(length);
    return {reinterpret_cast<const char*>(part.data()), part.size()};
  }
  std::string line() {
    const auto rest = bytes_.subspan(at_);
    const auto end = std::find(rest.begin(), rest.end(), std::byte{'\n'});
    if (end == rest.end()) fail("the pickle ends in the middle");
    auto found = text(static_cast<uint64_t>(end - rest.begin()));
    ++at_;
    return found;
  }
  int64_t long_integer() {
    const auto part = take(number<uint8_t>());
    if (part.size() > 8) fail("an integer of more than 64 bits");
    uint64_t value = 0;
    for (size_t i = 0; i < part.size(); ++i) value |= static_cast<uint64_t>(part[i]) << (8 * i);
    const bool negative = !part.empty() && (part.back() & std::byte{0x80}) != std::byte{0};
    if (negative && part.size() < 8) value |= ~uint64_t{0} << (8 * part.size());
    return static_cast<int64_t>(value);
  }

 private:
  std::span<const std::byte> bytes_;
  const std::string& where_;
  size_t at_ = 0, opcode_at_ = 0;
};

}  // namespace trm::format
