#pragma once

#include "nn/initializer.h"
#include "tensor/archive.h"
#include "tests/scratch_folder.h"

namespace trm {

inline torch::Tensor random_tensor(at::IntArrayRef shape, uint64_t seed) {
  return nn::Initializer(seed).truncated_normal(shape, 1);
}

// Through a file and back.
inline Archive stored(const Archive& archive) {
  const ScratchFolder folder;
  save_archive(folder / "x.safetensors", archive);
  return load_archive(folder / "x.safetensors");
}

}  // namespace trm
