#include "format/event_records.h"

#include <array>
#include <bit>
#include <cstring>

namespace trm::format {
namespace {

// A protobuf message, field by field, in the order of the numbers that its .proto gives them.
class Message {
 public:
  Message& whole(int field, uint64_t value) {
    tag(field, 0);
    varint(value);
    return *this;
  }
  Message& float64(int field, double value) {
    tag(field, 1);
    little_endian(std::bit_cast<uint64_t>(value), 8);
    return *this;
  }
  Message& float32(int field, float value) {
    tag(field, 5);
    little_endian(std::bit_cast<uint32_t>(value), 4);
    return *this;
  }
  Message& bytes(int field, std::string_view value) {
    tag(field, 2);
    varint(value.size());
    text_ += value;
    return *this;
  }
  const std::string& text() const { return text_; }

 private:
  void tag(int field, int type) { varint(static_cast<uint64_t>(field << 3 | type)); }
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) text_ += static_cast<char>(value | 0x80);
    text_ += static_cast<char>(value);
  }
  void little_endian(uint64_t value, int count) {
    for (int i = 0; i < count; ++i) text_ += static_cast<char>(value >> 8 * i);
  }

  std::string text_;
};

// Of the .proto files of TensorFlow and TensorBoard.
struct Event {
  static constexpr int kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7;
};
struct Value {
  static constexpr int kTag = 1, kSimpleValue = 2, kImage = 4, kTensor = 8, kMetadata = 9;
};
constexpr int kValueOfSummary = 1;

std::string event(int64_t step, double unix_seconds, int field, std::string_view content) {
  return record_of(Message()
                       .float64(Event::kWallTime, unix_seconds)
                       .whole(Event::kStep, static_cast<uint64_t>(step))
                       .bytes(field, content)
                       .text());
}

std::string summary(int64_t step, double unix_seconds, const Message& value) {
  return event(step, unix_seconds, Event::kSummary,
               Message().bytes(kValueOfSummary, value.text()).text());
}

std::array<uint32_t, 256> crc32c_table() {
  constexpr uint32_t kCastagnoli = 0x82f63b78;  // its bits turned round
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ ((rest & 1) != 0 ? kCastagnoli : 0);
    table[byte] = rest;
  }
  return table;
}

std::string little_endian(uint64_t value, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += static_cast<char>(value >> 8 * i);
  return text;
}

uint64_t from_little_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

}  // namespace

uint32_t masked_crc32c(std::string_view bytes) {
  static const auto table = crc32c_table();
  uint32_t crc = 0xffffffff;
  for (const char byte : bytes) crc = (crc >> 8) ^ table[(crc ^ static_cast<uint8_t>(byte)) & 0xff];
  return std::rotr(~crc, 15) + 0xa282ead8;
}

std::string record_of(std::string_view message) {
  const auto length = little_endian(message.size(), 8);
  return length + little_endian(masked_crc32c(length), 4) + std::string(message) +
         little_endian(masked_crc32c(message), 4);
}

std::optional<std::string_view> message_at(std::string_view file, size_t begin) {
  if (begin > file.size() || file.size() - begin < kFraming) return std::nullopt;
  const auto length = file.substr(begin, 8);
  const auto bytes = from_little_endian(length);
  if (from_little_endian(file.substr(begin + 8, 4)) != masked_crc32c(length)) return std::nullopt;
  if (bytes > file.size() - begin - kFraming) return std::nullopt;
  const auto message = file.substr(begin + 12, bytes);
  const auto crc = from_little_endian(file.substr(begin + 12 + bytes, 4));
  return crc == masked_crc32c(message) ? std::optional(message) : std::nullopt;
}

std::string event_file_head(double unix_seconds) {
  constexpr int kStatus = 1;
  constexpr uint64_t kStart = 1;
  return event(0, unix_seconds, Event::kFileVersion, "brain.Event:2") +
         event(0, unix_seconds, Event::kSessionLog, Message().whole(kStatus, kStart).text());
}

std::string scalars_record(int64_t step, double unix_seconds, std::span<const Scalar> scalars) {
  Message values;
  for (const auto& [name, value] : scalars) {
    values.bytes(kValueOfSummary, Message()
                                      .bytes(Value::kTag, name)
                                      .float32(Value::kSimpleValue, static_cast<float>(value))
                                      .text());
  }
  return event(step, unix_seconds, Event::kSummary, values.text());
}

std::string yaml_record(int64_t step, double unix_seconds, const std::string& name,
                        const std::string& yaml) {
  // Markdown, in which this is text as it stands. TensorProto has a type and its strings;
  // SummaryMetadata.plugin_data names who shows it.
  constexpr int kType = 1, kStrings = 8, kPluginData = 1, kPluginName = 1;
  constexpr uint64_t kString = 7;
  const auto text = "```yaml\n" + yaml + "```\n";
  return summary(
      step, unix_seconds,
      Message()
          .bytes(Value::kTag, name)
          .bytes(Value::kTensor, Message().whole(kType, kString).bytes(kStrings, text).text())
          .bytes(Value::kMetadata,
                 Message().bytes(kPluginData, Message().bytes(kPluginName, "text").text()).text()));
}

std::string image_record(int64_t step, double unix_seconds, const std::string& name, int64_t width,
                         int64_t height, std::string_view png) {
  constexpr int kHeight = 1, kWidth = 2, kColours = 3, kEncoded = 4;
  return summary(step, unix_seconds,
                 Message()
                     .bytes(Value::kTag, name)
                     .bytes(Value::kImage, Message()
                                               .whole(kHeight, static_cast<uint64_t>(height))
                                               .whole(kWidth, static_cast<uint64_t>(width))
                                               .whole(kColours, 3)
                                               .bytes(kEncoded, png)
                                               .text()));
}

}  // namespace trm::format
