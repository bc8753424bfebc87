#pragma once

#include "tensor/archive.h"

namespace trm {

// Tensors of a file that torch.save made of a state dict (format/torch_file.h).
Archive load_torch_archive(const std::filesystem::path& path);

// Writes a file that torch.load(path, weights_only=True) reads as a dict of tensors, in their order
// and on the CPU (temporary name, fsync, rename).
void save_torch_archive(const std::filesystem::path& path, const Archive& archive);

// Either kind of file, told by its first bytes.
Archive load_any_archive(const std::filesystem::path& path);

}  // namespace trm
