#include "tensor/memory.h"

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

#include "tensor/cuda_runtime.h"

namespace trm {
namespace {

// The number after a name at the begin of a line.
std::optional<int64_t> named_number(const char* path, const std::string& name) {
  std::ifstream file(path);
  for (std::string word; file >> word;) {
    int64_t value = 0;
    if (word == name && file >> value) return value;
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return std::nullopt;
}

std::optional<int64_t> available_in_system() {
  auto kilobytes = named_number("/proc/meminfo", "MemAvailable:");
  if (kilobytes) *kilobytes *= 1024;
  return kilobytes;
}

// One number of a control group's file; "max" is no limit.
std::optional<int64_t> number_in(const char* path) {
  std::ifstream file(path);
  int64_t value = 0;
  if (file >> value) return value;
  return std::nullopt;
}

// As a container sees its own group. Files that the system has read and could forget are free.
std::optional<int64_t> available_in_group() {
  const auto most = number_in("/sys/fs/cgroup/memory.max");
  const auto used = number_in("/sys/fs/cgroup/memory.current");
  if (!most || !used) return std::nullopt;
  const auto cached = named_number("/sys/fs/cgroup/memory.stat", "inactive_file").value_or(0);
  return std::max<int64_t>(0, *most - *used + cached);
}

}  // namespace

std::optional<int64_t> free_memory_bytes(const torch::Device& device) {
  if (device.is_cuda()) return cuda::free_memory_bytes(device.index());
  const auto system = available_in_system(), group = available_in_group();
  if (!system || !group) return system ? system : group;
  return std::min(*system, *group);
}

TakenMemory taken_memory(const torch::Device& device) {
  if (device.is_cuda()) {
    const auto blocks = cuda::taken_blocks(device.index());
    return {blocks.bytes, blocks.calls};
  }
  const auto heap = mallinfo2();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {static_cast<int64_t>(heap.arena + heap.hblkhd), usage.ru_minflt};
}

}  // namespace trm
