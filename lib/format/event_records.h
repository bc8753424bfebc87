#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace trm::format {

// The records of a file events.out.tfevents..., as TensorBoard reads them: a protobuf message of
// the type Event (tensorflow/core/util/event.proto) in the framing of TFRecord. Times are seconds
// since 1970.

// The framing: length, masked CRC-32C of the length, message, masked CRC-32C of the message.
std::string record_of(std::string_view message);
// Rotated and moved, since a CRC of bytes that hold their own CRC says little.
uint32_t masked_crc32c(std::string_view bytes);
// The message of the record that begins at a byte; nothing where there is no whole one.
std::optional<std::string_view> message_at(std::string_view file, size_t begin);
// Bytes that a record has besides its message.
inline constexpr size_t kFraming = 16;

// What a file begins with: its version, and the word that all steps before it are void. Who watches
// a folder and has read them in another file of the run takes them from this one.
std::string event_file_head(double unix_seconds);

using Scalar = std::pair<std::string, double>;  // name, value; TensorBoard keeps float32
std::string scalars_record(int64_t step, double unix_seconds, std::span<const Scalar> scalars);

// A text that TensorBoard shows as it is: YAML.
std::string yaml_record(int64_t step, double unix_seconds, const std::string& name,
                        const std::string& yaml);

// `png`: a file's bytes.
std::string image_record(int64_t step, double unix_seconds, const std::string& name, int64_t width,
                         int64_t height, std::string_view png);

}  // namespace trm::format
