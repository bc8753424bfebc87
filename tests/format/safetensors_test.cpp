#include "format/safetensors.h"

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/random.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::format {
namespace {

std::string with_length(uint64_t length, const std::string& rest) {
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes + rest;
}

std::string file_of(const std::string& header, const std::string& data) {
  return with_length(header.size(), header + data);
}

std::string fault_of_bytes(const std::string& bytes) {
  const ScratchFolder folder;
  const auto path = folder.file("a", bytes);
  return error_of([&] { SafetensorsFile::open(path); }).substr(path.string().size() + 2);
}

// The header's fault with eight bytes of data behind it.
std::string fault_of(const std::string& header) {
  const auto text = fault_of_bytes(file_of(header, "abcdefgh"));
  const std::string start = "not a readable safetensors file: ";
  return text.starts_with(start) ? text.substr(start.size()) : text;
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TensorView view(std::string name, DType dtype, std::vector<int64_t> shape, std::string_view data) {
  return {std::move(name), dtype, std::move(shape), std::as_bytes(std::span(data))};
}

}  // namespace

TEST_CASE("tensors and metadata read back as they were written", "[unit]") {
  const ScratchFolder folder;
  const std::vector<TensorView> tensors = {
      view("z", DType::f32, {2}, "12345678"), view("none", DType::i64, {0, 3}, ""),
      view("a.b", DType::bf16, {1, 1}, "xy"), view("", DType::boolean, {}, "t"),
      view("caf\xc3\xa9 \"q\"", DType::u8, {3}, "rgb")};
  const std::map<std::string, std::string> metadata = {{"step", "3"}, {"note", "two\nlines"}};
  write_safetensors(folder / "a", tensors, metadata);
  const auto file = SafetensorsFile::open(folder / "a");
  CHECK(file.metadata() == metadata);
  REQUIRE(file.tensors().size() == tensors.size());
  for (size_t i = 0; i < tensors.size(); ++i) {
    CHECK(file.tensors()[i].name == tensors[i].name);
    CHECK(file.tensors()[i].dtype == tensors[i].dtype);
    CHECK(file.tensors()[i].shape == tensors[i].shape);
    CHECK(text_of(file.tensors()[i].bytes) == text_of(tensors[i].bytes));
  }
}

TEST_CASE("the data begins at a multiple of 64 bytes and names every type", "[unit]") {
  const ScratchFolder folder;
  const std::string data(8, 'x');
  for (const auto& info : kDTypes) {
    const std::vector<TensorView> tensors = {
        view("x", info.type, {1}, std::string_view(data).substr(0, info.bytes))};
    write_safetensors(folder / "a", tensors, {});
    const auto bytes = read_text(folder / "a");
    uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof(length));
    CHECK((length + 8) % 64 == 0);
    const auto header = nlohmann::json::parse(bytes.substr(8, length));
    CHECK(header.size() == 1);
    CHECK(header["x"]["dtype"] == info.safetensors);
    CHECK(header["x"]["data_offsets"] == nlohmann::json{0, info.bytes});
    CHECK(SafetensorsFile::open(folder / "a").tensors().at(0).dtype == info.type);
  }
  write_safetensors(folder / "a", {}, {});
  CHECK(SafetensorsFile::open(folder / "a").tensors().empty());
}

TEST_CASE("tensors come in the order of their data, however the header names them", "[unit]") {
  const ScratchFolder folder;
  const auto path =
      folder.file("a", file_of(R"({"a":{"dtype":"U8","shape":[5],"data_offsets":[3,8]},)"
                               R"("b":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})",
                               "abcdefgh"));
  const auto file = SafetensorsFile::open(path);
  CHECK(file.tensors().at(0).name == "b");
  CHECK(text_of(file.tensors().at(1).bytes) == "defgh");
}

TEST_CASE("each fault of a header is named", "[unit]") {
  struct Case {
    const char* header;
    const char* fault;
  };
  const Case cases[] = {
      {R"([])", "the header is not a JSON object"},
      {R"(3)", "the header is not a JSON object"},
      {R"({})", "bytes after the last tensor"},
      {R"({"a":3})", "tensor 'a' lacks dtype, shape or data_offsets"},
      {R"({"a":{"dtype":"U8","shape":[8]}})", "tensor 'a' lacks dtype, shape or data_offsets"},
      {R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8],"x":1}})",
       "tensor 'a' lacks dtype, shape or data_offsets"},
      {R"({"a":{"dtype":3,"shape":[8],"data_offsets":[0,8]}})",
       "tensor 'a' lacks dtype, shape or data_offsets"},
      {R"({"a":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}})",
       "tensor 'a' has the unknown type 'U64'"},
      {R"({"a":{"dtype":"U8","shape":8,"data_offsets":[0,8]}})",
       "the shape of 'a' is not a list of sizes"},
      {R"({"a":{"dtype":"U8","shape":[-8],"data_offsets":[0,8]}})",
       "the shape of 'a' is not a list of whole numbers"},
      {R"({"a":{"dtype":"U8","shape":[8.0],"data_offsets":[0,8]}})",
       "the shape of 'a' is not a list of whole numbers"},
      {R"({"a":{"dtype":"U8","shape":["8"],"data_offsets":[0,8]}})",
       "the shape of 'a' is not a list of whole numbers"},
      {R"({"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,8]}})",
       "the shape of 'a' is too large"},
      {R"({"a":{"dtype":"U8","shape":[0,9223372036854775807,4],"data_offsets":[0,0]}})",
       "tensor 'a' has not the size of its shape"},
      {R"({"a":{"dtype":"U8","shape":[7],"data_offsets":[0,8]}})",
       "tensor 'a' has not the size of its shape"},
      {R"({"a":{"dtype":"F64","shape":[8],"data_offsets":[0,8]}})",
       "tensor 'a' has not the size of its shape"},
      {R"({"a":{"dtype":"U8","shape":[],"data_offsets":[0,8]}})",
       "tensor 'a' has not the size of its shape"},
      {R"({"a":{"dtype":"U8","shape":[4294967296,4294967296,8],"data_offsets":[0,8]}})",
       "tensor 'a' has not the size of its shape"},
      {R"({"a":{"dtype":"F64","shape":[2305843009213693953],"data_offsets":[0,8]}})",
       "tensor 'a' has not the size of its shape"},
      {R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0]}})",
       "tensor 'a' lies outside the file; is it truncated?"},
      {R"({"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}})",
       "tensor 'a' lies outside the file; is it truncated?"},
      {R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[8,0]}})",
       "tensor 'a' lies outside the file; is it truncated?"},
      {R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[18446744073709551608,18446744073709551615]}})",
       "tensor 'a' lies outside the file; is it truncated?"},
      {R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,18446744073709551616]}})",
       "data_offsets of 'a' is not a list of whole numbers"},
      {R"({"a":{"dtype":"U8","shape":[7],"data_offsets":[0,7]}})", "bytes after the last tensor"},
      {R"({"a":{"dtype":"U8","shape":[7],"data_offsets":[1,8]}})",
       "tensor 'a' overlaps another or leaves a hole"},
      {R"({"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},)"
       R"("b":{"dtype":"U8","shape":[5],"data_offsets":[3,8]}})",
       "tensor 'b' overlaps another or leaves a hole"},
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
       R"("b":{"dtype":"U8","shape":[5],"data_offsets":[3,8]}})",
       "tensor 'b' overlaps another or leaves a hole"},
      {R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},)"
       R"("a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})",
       "JSON key 'a' is given twice"},
      {R"({"__metadata__":[]})", "__metadata__ is not a JSON object"},
      {R"({"__metadata__":{"step":3}})", "__metadata__ holds something other than text"},
  };
  for (const auto& known : cases) {
    INFO(known.header);
    CHECK(fault_of(known.header) == known.fault);
  }
  CHECK(contains(fault_of(R"({"a":)"), "not valid JSON: "));
  CHECK(contains(fault_of(std::string(500, '[')), "JSON nested deeper than 64 levels"));
  const std::string list = R"({"a":{"dtype":"U8","shape":[8)";
  std::string ones;
  for (int i = 0; i < 64; ++i) ones += ",1";
  CHECK(fault_of(list + ones + R"(],"data_offsets":[0,8]}})") ==
        "the shape of 'a' is not a list of sizes");
}

TEST_CASE("a length that the file does not have is named", "[unit]") {
  const std::string start = "not a readable safetensors file: ";
  CHECK(fault_of_bytes("") == start + "truncated");
  CHECK(fault_of_bytes("1234567") == start + "truncated");
  CHECK(fault_of_bytes(with_length(3, "{}")) == start + "truncated header");
  CHECK(fault_of_bytes(with_length(UINT64_MAX, "{}")) == start + "truncated header");
  CHECK(fault_of_bytes(with_length(UINT64_MAX - 7, "{}")) == start + "truncated header");
  CHECK(contains(fault_of_bytes(with_length(0, "{}")), "not valid JSON"));
  const ScratchFolder folder;
  CHECK(error_of([&] { SafetensorsFile::open(folder / "b"); }) ==
        (folder / "b").string() + ": no such file");
}

TEST_CASE("every truncation of a file is refused", "[unit]") {
  const auto whole =
      file_of(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}})", "abcdefgh");
  for (size_t size = 0; size < whole.size(); ++size) {
    INFO(size);
    CHECK_FALSE(fault_of_bytes(whole.substr(0, size)).empty());
  }
}

TEST_CASE("a damaged safetensors file is read or refused, nothing else", "[unit]") {
  const ScratchFolder folder;
  const auto whole = file_of(
      R"({"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}})",
      "abcdefgh");
  Stream random(4, "damage");
  int refused = 0;
  for (int i = 0; i < 400; ++i) {
    auto bytes = whole;
    bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    bytes[8 + random.below(bytes.size() - 16)] = "0123456789[],:\"{}"[random.below(17)];
    try {
      const auto file = SafetensorsFile::open(folder.file("a", bytes));
      for (const auto& tensor : file.tensors()) {
        REQUIRE(bytes_of(tensor.dtype, tensor.shape) == tensor.bytes.size());
      }
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 250);
  CHECK(refused < 400);
}

}  // namespace trm::format
