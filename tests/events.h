#pragma once

#include <bit>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/file.h"
#include "format/event_records.h"
#include "run/event_log.h"
#include "run/run_log.h"
#include "tests/catch.h"

namespace trm {

// A reader of protobuf's wire format, apart from the writer that it tests.
class Wire {
 public:
  explicit Wire(std::string_view text) : text_(text) {}

  // The next field: its number, and its value as a number or as bytes. False at the end.
  bool next() {
    if (text_.empty()) return false;
    const auto tag = varint();
    field = static_cast<int>(tag >> 3);
    if ((tag & 7) == 0) number = varint();
    if ((tag & 7) == 1) number = fixed(8);
    if ((tag & 7) == 5) number = fixed(4);
    if ((tag & 7) == 2) bytes = take(varint());
    return true;
  }

  int field = 0;
  uint64_t number = 0;
  std::string_view bytes;

 private:
  std::string_view take(uint64_t count) {
    REQUIRE(count <= text_.size());
    const auto taken = text_.substr(0, count);
    text_.remove_prefix(count);
    return taken;
  }
  uint64_t fixed(uint64_t count) {
    uint64_t value = 0;
    const auto part = take(count);
    for (size_t i = part.size(); i-- > 0;) value = value << 8 | static_cast<uint8_t>(part[i]);
    return value;
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<uint8_t>(take(1)[0]);
      value |= uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
  }

  std::string_view text_;
};

// What an event file has: of each name its steps and values in their order, and of texts and images
// their bytes.
struct Events {
  std::map<std::string, std::vector<std::pair<int64_t, float>>> scalars;
  std::vector<std::string> texts;
  std::map<std::string, std::vector<int64_t>> images;  // steps
};

inline Events read_events(const fs::path& run) {
  Events events;
  const auto file = read_text(run::event_file(run));
  size_t at = 0;
  while (const auto message = format::message_at(file, at)) {
    at += message->size() + format::kFraming;
    Wire event(*message);
    int64_t step = 0;
    while (event.next()) {
      if (event.field == 2) step = static_cast<int64_t>(event.number);
      if (event.field != 5) continue;
      for (Wire summary(event.bytes); summary.next();) {
        std::string name;
        for (Wire value(summary.bytes); value.next();) {
          if (value.field == 1) name = value.bytes;
          if (value.field == 2) {
            events.scalars[name].emplace_back(
                step, std::bit_cast<float>(static_cast<uint32_t>(value.number)));
          }
          if (value.field == 4) events.images[name].push_back(step);
          if (value.field == 8) events.texts.emplace_back(value.bytes);
        }
      }
    }
  }
  CHECK(at == file.size());  // nothing that is no record
  return events;
}

// That events have every number of every line of the log but steps and times, which are their own.
inline void check_events_are_the_log(const fs::path& run) {
  std::map<std::string, std::vector<std::pair<int64_t, float>>> expected;
  run::each_log_line(run, [&](const nlohmann::json& line) {
    for (const auto& [key, value] : line.items()) {
      if (value.is_number() && key != "step" && key != "unix_seconds")
        expected[key].emplace_back(line["step"], value.get<float>());
    }
  });
  CHECK(read_events(run).scalars == expected);
}

}  // namespace trm
