#pragma once

#include "format/torch_file.h"
#include "tensor/archive.h"

namespace trm {

// The tensors of one state dict of a file that torch.save made.
Archive load_state_dict(const format::TorchFile& file, const format::StateDict& dict);

// Writes a file that torch.load(path, weights_only=True) reads as a dict of tensors, in their order
// and on the CPU (temporary name, fsync, rename).
void save_torch_archive(const std::filesystem::path& path, const Archive& archive);

}  // namespace trm
