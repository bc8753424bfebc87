#include "format/npy.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <set>
#include <string>

#include "core/error.h"
#include "core/printable.h"

namespace trm::format {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr size_t kMostHeader = 1 << 16;

// The header is a Python dict literal of three known keys; read word by word, nothing evaluated.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, std::string where) : rest_(text), where_(std::move(where)) {}

  void read(NpyHeader& array) {
    take("{");
    std::set<std::string_view> seen;
    while (seen.size() < 3) {
      const auto key = quoted();
      if (!seen.insert(key).second) fail("header key '" + printable(key) + "' is given twice");
      take(":");
      if (key == "descr") {
        array.dtype = dtype(quoted());
      } else if (key == "fortran_order") {
        if (word() != "False") fail("the array is in Fortran order; save it with order='C'");
      } else if (key == "shape") {
        array.shape = shape();
      } else {
        fail("unknown header key '" + printable(key) + "'");
      }
      skip(',');
    }
    take("}");
    spaces();
    if (!rest_.empty()) fail("text after the header");
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(where_ + ": not a readable .npy: " + what);
  }

  void spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n"), rest_.size())); }
  void take(std::string_view text) {
    spaces();
    if (!rest_.starts_with(text)) fail("'" + std::string(text) + "' is missing in the header");
    rest_.remove_prefix(text.size());
  }
  bool skip(char c) {
    spaces();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view quoted() {
    take("'");
    const auto end = rest_.find('\'');
    if (end == std::string_view::npos) fail("a quote is not closed in the header");
    const auto text = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return text;
  }
  std::string_view word() {
    spaces();
    const auto end = std::min(rest_.find_first_of(",}"), rest_.size());
    const auto text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return text;
  }
  DType dtype(std::string_view descr) const {
    for (const auto& info : kDTypes) {
      if (!info.npy.empty() && info.npy == descr) return info.type;
    }
    fail("numbers of type '" + printable(descr) + "'");
  }
  std::vector<int64_t> shape() {
    take("(");
    std::vector<int64_t> sizes;
    int64_t product = 1;
    while (!skip(')')) {
      int64_t size = 0;
      // Sizes of zero too: whoever multiplies the others must not overflow.
      const auto [end, code] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), size);
      if (code != std::errc() || size < 0 || sizes.size() == 16) fail("a bad shape");
      rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
      sizes.push_back(size);
      if (__builtin_mul_overflow(product, std::max<int64_t>(size, 1), &product))
        fail("a shape of more numbers than can be");
      spaces();
      if (!skip(',') && !rest_.starts_with(')')) fail("a bad shape");
      spaces();
    }
    return sizes;
  }

  std::string_view rest_;
  std::string where_;
};

template <class T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

// Of sizes whose bytes are known to fit a size_t.
int64_t product_of(const std::vector<int64_t>& shape) {
  int64_t product = 1;
  for (const int64_t n : shape) product *= n;
  return product;
}

// numpy.save's header.
std::string header_of(DType dtype, std::span<const int64_t> shape) {
  if (info_of(dtype).npy.empty()) throw std::logic_error("write_npy: NumPy has no such type");
  std::string sizes;
  for (size_t i = 0; i < shape.size(); ++i)
    sizes += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  if (shape.size() == 1) sizes += ",";
  std::string header = "{'descr': '" + std::string(info_of(dtype).npy) +
                       "', 'fortran_order': False, 'shape': (" + sizes + "), }";
  // NumPy leaves room for the first size to grow to 21 digits, for appending in place.
  if (!shape.empty()) header.append(21 - std::to_string(shape[0]).size(), ' ');
  constexpr size_t kAlignment = 64;
  const size_t unpadded = kMagic.size() + 4 + header.size() + 1;
  header.append(kAlignment - unpadded % kAlignment, ' ');  // one to 64, as NumPy does
  header += '\n';
  std::string start(kMagic);
  start += {'\x01', '\x00', static_cast<char>(header.size() & 0xFF),
            static_cast<char>(header.size() >> 8)};
  return start + header;
}

}  // namespace

int64_t NpyHeader::count() const { return product_of(shape); }

int64_t NpyArray::count() const { return product_of(shape); }

int64_t NpyArray::integer(int64_t i) const {
  return integer_at(dtype, bytes.data() + static_cast<size_t>(i) * info_of(dtype).bytes);
}

int64_t integer_at(DType type, const std::byte* at) {
  switch (type) {
    case DType::u8:
    case DType::boolean:
      return load<uint8_t>(at);
    case DType::i8:
      return load<int8_t>(at);
    case DType::i16:
      return load<int16_t>(at);
    case DType::u16:
      return load<uint16_t>(at);
    case DType::i32:
      return load<int32_t>(at);
    case DType::u32:
      return load<uint32_t>(at);
    case DType::i64:
      return load<int64_t>(at);
    default:
      throw std::logic_error("integer_at: not an integer type");
  }
}

NpyHeader read_npy_header(const SteadyFile& file) {
  const auto where = file.stamp().path.string();
  const auto fail = [&](const std::string& what) { throw Error(where + ": " + what); };
  const auto text_at = [&](size_t offset, size_t length) {
    std::string text(length, '\0');
    file.read(offset, std::as_writable_bytes(std::span(text)));
    return text;
  };
  if (file.bytes() < 10) fail("not a .npy file");
  const auto first = text_at(0, 10);
  if (!first.starts_with(kMagic)) fail("not a .npy file");
  const int version = static_cast<unsigned char>(first[6]);
  if (version < 1 || version > 3) fail(".npy version " + std::to_string(version) + " is not known");
  const size_t start = version == 1 ? 10 : 12;
  if (file.bytes() < start) fail("truncated");
  const auto size = text_at(8, start - 8);
  const auto* at = reinterpret_cast<const std::byte*>(size.data());
  const size_t length = version == 1 ? load<uint16_t>(at) : load<uint32_t>(at);
  if (length > file.bytes() - start) fail("truncated in its header");
  if (length > kMostHeader)
    fail("not a readable .npy: a header of " + std::to_string(length) + " bytes");

  NpyHeader header{.offset = start + length};
  const auto text = text_at(start, length);
  HeaderReader(text, where).read(header);
  const auto bytes = bytes_of(header.dtype, header.shape);
  const size_t there = file.bytes() - header.offset;
  if (!bytes || *bytes != there) {
    fail(std::to_string(there) + " bytes of numbers where its shape needs " +
         (bytes ? std::to_string(*bytes) : "more than fit") + "; the file is damaged");
  }
  return header;
}

NpyArray read_npy(const std::filesystem::path& path) {
  const SteadyFile file(path);
  auto header = read_npy_header(file);
  NpyArray array{header.dtype, std::move(header.shape), {}};
  array.bytes.resize(file.bytes() - header.offset);
  file.read(header.offset, array.bytes);
  return array;
}

NpyStream::NpyStream(const std::filesystem::path& path, DType dtype, std::span<const int64_t> shape)
    : file_(path), expected_(bytes_of(dtype, {shape.begin(), shape.end()}).value()) {
  const auto header = header_of(dtype, shape);
  file_.write(std::as_bytes(std::span(header)));
}

void NpyStream::add(std::span<const std::byte> bytes) {
  file_.write(bytes);
  written_ += bytes.size();
}

void NpyStream::finish() {
  if (written_ != expected_)
    throw std::logic_error("write_npy: the bytes are not those of the shape");
  file_.commit();
}

void write_npy(const std::filesystem::path& path, DType dtype, std::span<const int64_t> shape,
               std::span<const std::byte> bytes) {
  NpyStream stream(path, dtype, shape);
  stream.add(bytes);
  stream.finish();
}

}  // namespace trm::format
