#pragma once

#include <set>

#include "core/error.h"
#include "core/file.h"
#include "format/torch_file.h"
#include "tests/format/torch_file_builder.h"

namespace trm::format {

// Opens a file and reads every storage once; what is wrong with it, or nothing.
inline std::string refusal(const fs::path& path) {
  try {
    const auto file = TorchFile::open(path);
    std::set<std::string> storages;
    for (const auto& dict : file.state_dicts()) {
      for (const auto& tensor : dict.tensors) {
        if (storages.insert(tensor.storage).second) file.read_storage(tensor.storage);
      }
    }
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

inline std::string file_with(const std::string& pickle) { return zip_of(torch_pieces(pickle)); }

}  // namespace trm::format
