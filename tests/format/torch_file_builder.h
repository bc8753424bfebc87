#pragma once

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

// Files as torch.save writes them, in pieces that a test can get wrong.

namespace trm {

template <class T>
std::string little(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

// --- zip ---

struct ZipPiece {
  std::string name, bytes;
  uint16_t method = 0;  // stored
  uint16_t flags = 0x800;
  std::optional<uint32_t> checksum = {}, size = {}, packed_size = {}, offset = {};  // lies
};

// Data of an entry begins at a multiple of `alignment` (64 in files of PyTorch 2.7 and later by
// padding, as in older ones by chance: 1).
inline std::string zip_of(const std::vector<ZipPiece>& pieces, size_t alignment = 64) {
  std::string file, central;
  for (const auto& piece : pieces) {
    const auto checksum = piece.checksum.value_or(
        static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(piece.bytes.data()),
                                    static_cast<uInt>(piece.bytes.size()))));
    const auto size = piece.size.value_or(static_cast<uint32_t>(piece.bytes.size()));
    const auto packed = piece.packed_size.value_or(size);
    const auto offset = static_cast<uint32_t>(file.size());
    std::string extra;
    const size_t begin = file.size() + 30 + piece.name.size() + 4;
    if (alignment > 1) {
      extra = "FB" +
              little<uint16_t>(static_cast<uint16_t>((alignment - begin % alignment) % alignment));
      extra.append((alignment - begin % alignment) % alignment, 'Z');
    }
    const auto common = little(piece.flags) + little(piece.method) + little<uint32_t>(0) +
                        little(checksum) + little(packed) + little(size) +
                        little(static_cast<uint16_t>(piece.name.size()));
    file += "PK\x03\x04" + little<uint16_t>(0) + common +
            little(static_cast<uint16_t>(extra.size())) + piece.name + extra + piece.bytes;
    central += "PK\x01\x02" + little<uint16_t>(0) + little<uint16_t>(0) + common +
               std::string(12, '\0') + little(piece.offset.value_or(offset)) + piece.name;
  }
  const auto count = static_cast<uint16_t>(pieces.size());
  return file + central + "PK\x05\x06" + std::string(4, '\0') + little(count) + little(count) +
         little(static_cast<uint32_t>(central.size())) +
         little(static_cast<uint32_t>(file.size())) + std::string(2, '\0');
}

// --- pickle ---

namespace pickle {

inline const std::string kProtocol2("\x80\x02", 2);

inline std::string text(const std::string& s) {
  return "X" + little(static_cast<uint32_t>(s.size())) + s;
}
inline std::string integer(int64_t value) {
  return value == static_cast<int32_t>(value) ? "J" + little(static_cast<int32_t>(value))
                                              : "\x8a\x08" + little(value);
}
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string tuple(const std::vector<int64_t>& numbers) {
  std::string bytes = "(";
  for (const auto number : numbers) bytes += integer(number);
  return bytes + "t";
}
inline std::string ordered_dict() { return global("collections", "OrderedDict") + ")R"; }

inline std::string storage(const std::string& type, const std::string& key, int64_t count,
                           const std::string& location = "cpu") {
  return "(" + text("storage") + global("torch", type) + text(key) + text(location) +
         integer(count) + "tQ";
}
inline std::string tensor(const std::string& of_storage, int64_t offset,
                          const std::vector<int64_t>& shape, const std::vector<int64_t>& strides) {
  return global("torch._utils", "_rebuild_tensor_v2") + "(" + of_storage + integer(offset) +
         tuple(shape) + tuple(strides) + "\x89" + ordered_dict() + "tR";
}
// items: names and values, one after the other.
inline std::string dict(const std::string& items) { return "}(" + items + "u"; }
inline std::string state_dict(const std::string& items) { return kProtocol2 + dict(items) + "."; }

}  // namespace pickle

// --- whole files ---

// Six floats, 0 to 5, and four more as bfloat16.
inline std::string float_bytes() {
  std::string bytes;
  for (int i = 0; i < 6; ++i) bytes += little(static_cast<float>(i));
  return bytes;
}
inline std::string bfloat16_bytes() { return std::string("\x80\x3f\x00\x40\x40\x40\x80\x40", 8); }

inline std::string matrix() {
  return pickle::tensor(pickle::storage("FloatStorage", "0", 6), 0, {2, 3}, {3, 1});
}
inline std::string vector() {
  return pickle::tensor(pickle::storage("BFloat16Storage", "1", 4), 0, {4}, {1});
}
inline std::string two_tensors() {
  return pickle::state_dict(pickle::text("matrix") + matrix() + pickle::text("vector") + vector());
}

inline std::vector<ZipPiece> torch_pieces(const std::string& pickle = two_tensors()) {
  return {{"archive/data.pkl", pickle},
          {"archive/byteorder", "little"},
          {"archive/data/0", float_bytes()},
          {"archive/data/1", bfloat16_bytes()},
          {"archive/version", "3\n"}};
}

}  // namespace trm
