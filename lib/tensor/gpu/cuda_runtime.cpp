#include "tensor/cuda_runtime.h"

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>

namespace trm::cuda {

const bool kBuilt = true;
bool available() { return c10::cuda::device_count() > 0; }

int64_t peak_memory_bytes() {
  const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(c10::cuda::current_device());
  return stats.allocated_bytes[0].peak;
}

void synchronize() { c10::cuda::device_synchronize(); }

}  // namespace trm::cuda
