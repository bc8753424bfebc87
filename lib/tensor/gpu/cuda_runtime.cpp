#include "tensor/cuda_runtime.h"

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAFunctions.h>

namespace trm::cuda {

const bool kBuilt = true;
bool available() { return count() > 0; }
int count() { return c10::cuda::device_count(); }
void use(int index) { c10::cuda::set_device(static_cast<c10::DeviceIndex>(index)); }

int64_t peak_memory_bytes() {
  const auto stats = c10::cuda::CUDACachingAllocator::getDeviceStats(c10::cuda::current_device());
  return stats.allocated_bytes[0].peak;
}

int64_t free_memory_bytes() {
  size_t free = 0, total = 0;
  C10_CUDA_CHECK(cudaMemGetInfo(&free, &total));
  return static_cast<int64_t>(free);
}

void synchronize() { c10::cuda::device_synchronize(); }

}  // namespace trm::cuda
