#pragma once

#include <string>

#include "tensor/torch.h"

namespace trm {

// Where and in which number format a model computes.
struct Compute {
  torch::Device device = torch::kCPU;
  at::ScalarType precision = at::kFloat;  // activations; master weights are always float32
  int64_t threads = 1;
};

// device: auto, cpu, cuda, cuda:N (tensor/gpu_choice.h); precision: auto (bfloat16 on a GPU, else
// float32), float32, bfloat16; threads: 0 is one a processor. Sets LibTorch's thread count for the
// process. Error that says which GPUs were found where none of them will do.
Compute choose_compute(const std::string& device, const std::string& precision, int64_t threads);

// The number of this process among the machine's ranks, before the first choose_compute(): "cuda"
// is another GPU for each as long as there are some; cuda:N is the same for all.
void choose_device(int index);

// Keeps freed memory in the process: glibc would return a step's pages to the system and fetch them
// again, which costs a small model half its speed. Call once at the start of a program.
void keep_freed_memory();

// A host tensor on the device. Nothing waits, on a GPU neither: the copy is queued from pinned
// memory, where a plain one would first wait for all work before it.
torch::Tensor queue_to(const torch::Tensor& host, const torch::Device& device);

// Highest resident memory of the process so far (on a GPU: highest allocation there), in bytes.
int64_t peak_memory_bytes(const torch::Device& device);

// Resident memory of the process at this moment, in bytes.
int64_t resident_bytes();

// Waits until the device has finished what was queued; nothing on a CPU.
void synchronize(const torch::Device& device);

std::string torch_version();
bool built_with_cuda();

}  // namespace trm
