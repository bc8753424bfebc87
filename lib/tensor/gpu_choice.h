#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trm {

// A GPU as the CUDA runtime describes it.
struct Gpu {
  std::string name;          // "NVIDIA H100 80GB HBM3"
  int major = 0, minor = 0;  // its compute capability
};

// What a program finds on its machine, in CUDA's order.
struct Gpus {
  bool built = false;      // whether this build has CUDA code at all
  std::vector<Gpu> found;  // those that are visible
  std::string fault;       // why there are none, or why those that are there cannot be used
};

// Whether a word names a device: auto, cpu, cuda, or one GPU as cuda:1.
bool is_device(const std::string& word);

// The N of "cuda:N"; nothing of another word.
std::optional<int> gpu_index(std::string_view device);

// "cuda:0 (NVIDIA H100 80GB HBM3, compute capability 9.0)".
std::string described(const Gpus& gpus, int index);

// The number of the GPU that a device means: cuda:N that one, `cuda` and `auto` the rank-th of
// those that can compute here, beginning again after the last; nothing for the CPU, which `auto`
// means where there is no GPU. Error that says what was found where the device is not there, older
// than compute capability 8.0, or of no use to this program.
std::optional<int> choose_gpu(const std::string& device, const Gpus& gpus, int rank);

}  // namespace trm
