#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tensor/torch.h"

namespace trm {

struct NamedTensor {
  std::string name;
  torch::Tensor value;
};

// Tensors of one file, in its order. A list by name is what a file holds; between functions of
// the program tensors are fields with names of their own.
struct Archive {
  std::vector<NamedTensor> tensors;
  std::map<std::string, std::string> metadata;
  std::string where;  // the file, for messages

  // The tensor of that name; Error "where: no tensor 'name'; ..." when there is none.
  const torch::Tensor& at(const std::string& name) const;
  const torch::Tensor* find(const std::string& name) const;
  void add(std::string name, const torch::Tensor& value) {
    tensors.push_back({std::move(name), value});
  }
};

// Writes a safetensors file (temporary name, fsync, rename). Tensors are copied to the CPU and made
// contiguous one by one.
void save_archive(const std::filesystem::path& path, const Archive& archive);

// Reads a safetensors file into memory that LibTorch allocated: 64-byte aligned copies, because the
// bits of a matrix product can depend on the alignment of its operands.
Archive load_archive(const std::filesystem::path& path);

// Copies `from` over `into` (any dtypes that convert, any device); Error naming `where` and `name`
// where the shapes differ.
void copy_checked(const torch::Tensor& from, const torch::Tensor& into, const std::string& where,
                  const std::string& name);

}  // namespace trm
