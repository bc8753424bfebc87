#pragma once

#include <cstdint>
#include <optional>

#include "tensor/torch.h"

namespace trm {

// Memory of the device that is free for this program, in bytes: on a CPU what the system could give
// without swapping, within the limit of the process's control group. Nothing where that is unknown.
std::optional<int64_t> free_memory_bytes(const torch::Device& device);

// What the process has taken from the system so far, to see whether a step needs more of it.
struct TakenMemory {
  int64_t bytes = 0;   // held, what is free in it too: malloc's heaps; on a GPU, LibTorch's cache
  int64_t faults = 0;  // pages that were touched for the first time; on a GPU, calls for a block
};
TakenMemory taken_memory(const torch::Device& device);

}  // namespace trm
