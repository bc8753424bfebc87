#pragma once

#include <cstdint>

#include "tensor/gpu_choice.h"

namespace trm::cuda {

// What the program asks of the CUDA runtime: gpu/cuda_runtime.cpp answers in a CUDA build,
// cuda_runtime_absent.cpp in one without. A build holds exactly one of the two.

extern const bool kBuilt;

// The GPUs of this process, looked for once. The first call loads LibTorch's CUDA library where
// there is a GPU, which has to come before LibTorch itself asks for one.
const Gpus& gpus();

// Whether one is there that this program can use.
inline bool available() { return !gpus().found.empty() && gpus().fault.empty(); }

void use(int index);  // the current device of this thread from here on

// Of one device, whichever is the current one; below 0 that one. Free is also what the process has
// given back to LibTorch, which keeps it.
int64_t peak_memory_bytes(int index);
int64_t free_memory_bytes(int index);
// What LibTorch has taken from the device: bytes that it holds, and how often it asked for more.
struct TakenBlocks {
  int64_t bytes = 0, calls = 0;
};
TakenBlocks taken_blocks(int index);
void synchronize(int index);

}  // namespace trm::cuda
