#pragma once

#include "core/error.h"
#include "format/safetensors.h"
#include "tests/format/torch_file_builder.h"
#include "tests/fuzz/subject.h"
#include "tests/scratch_folder.h"

namespace trm {

// The bytes with the header's length that their header has: a mutation seldom leaves it right.
inline std::string with_safetensors_length(std::string bytes) {
  const auto end = bytes.find("}}");
  if (bytes.size() < 8 || end == std::string::npos) return bytes;
  return bytes.replace(0, 8, little(uint64_t{end + 2 - 8}));
}

inline Subject safetensors_subject() {
  const auto file = [](const std::string& header, const std::string& data) {
    return little(uint64_t{header.size()}) + header + data;
  };
  const auto read = [](const fs::path& path) {
    const auto opened = format::SafetensorsFile::open(path);
    unsigned sum = 0;
    for (const auto& tensor : opened.tensors()) {
      for (const auto byte : tensor.bytes) sum += std::to_integer<unsigned>(byte);
    }
    volatile unsigned seen = sum;
    (void)seen;
  };
  return {
      {file(
           R"({"__metadata__":{"trm.config":"seed: 1"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
           R"("b.weight":{"dtype":"U8","shape":[],"data_offsets":[8,9]}})",
           std::string(9, '\1')),
       file(R"({"x":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]}})", std::string(6, '\2')),
       file("{}", "")},
      {"\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"BOOL\"", "\"I64\"", "\"__metadata__\"", "[",
       "]", "{", "}", "}}", ",", "[0,0]"},
      [read, scratch = std::make_shared<ScratchFolder>()](const std::string& bytes) {
        try {
          read(scratch->file("x.safetensors", bytes));
        } catch (const Error&) {
          read(scratch->file("x.safetensors", with_safetensors_length(bytes)));
        }
      }};
}

}  // namespace trm
