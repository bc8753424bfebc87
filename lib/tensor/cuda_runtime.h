#pragma once

#include <cstdint>

namespace trm::cuda {

// What the program asks of the CUDA runtime: gpu/cuda_runtime.cpp answers in a CUDA build,
// cuda_runtime_absent.cpp in one without. A build holds exactly one of the two.
extern const bool kBuilt;
bool available();
int count();
void use(int index);  // the device of this process from here on
int64_t peak_memory_bytes();
int64_t free_memory_bytes();
void synchronize();

}  // namespace trm::cuda
