#include "tensor/cuda_runtime.h"

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <dlfcn.h>
#include <fmt/format.h>

namespace trm::cuda {
namespace {

// "13.0" of the runtime's 13000.
std::string version_text(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

std::string why_none(cudaError_t code) {
  int driver = 0;
  cudaDriverGetVersion(&driver);
  if (driver == 0) return "no NVIDIA driver";
  if (code == cudaErrorInsufficientDriver) {
    return fmt::format("the NVIDIA driver is one for CUDA {}, and {} is needed",
                       version_text(driver), version_text(CUDART_VERSION));
  }
  if (code == cudaErrorNoDevice)
    return "the NVIDIA driver shows none; is CUDA_VISIBLE_DEVICES set?";
  return cudaGetErrorString(code);
}

// LibTorch's CUDA library registers itself. Only who has a GPU loads it, and the libraries of CUDA
// that it needs: a machine without one need not have them.
std::string loading_fault() {
  if (::dlopen("libtorch_cuda.so", RTLD_LAZY | RTLD_GLOBAL) != nullptr) return {};
  const char* fault = ::dlerror();
  return fault != nullptr ? fault : "libtorch_cuda.so cannot be loaded";
}

Gpus look() {
  Gpus gpus{.built = kBuilt, .found = {}, .fault = {}};
  int count = 0;
  const auto code = cudaGetDeviceCount(&count);
  if (code != cudaSuccess || count == 0) {
    cudaGetLastError();  // forgotten: the next call would give it again
    gpus.fault = why_none(code != cudaSuccess ? code : cudaErrorNoDevice);
    return gpus;
  }
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp properties{};
    C10_CUDA_CHECK(cudaGetDeviceProperties(&properties, i));
    gpus.found.push_back({properties.name, properties.major, properties.minor});
  }
  gpus.fault = loading_fault();
  return gpus;
}

c10::DeviceIndex number(int index) {
  return index < 0 ? c10::cuda::current_device() : static_cast<c10::DeviceIndex>(index);
}

// Before LibTorch's first use of a GPU its allocator has no statistics.
bool allocates() { return c10::cuda::CUDACachingAllocator::get()->initialized(); }

auto statistics(int index) {
  return c10::cuda::CUDACachingAllocator::getDeviceStats(number(index));
}

}  // namespace

const bool kBuilt = true;

const Gpus& gpus() {
  static const Gpus found = look();
  return found;
}

void use(int index) { c10::cuda::set_device(number(index)); }

int64_t peak_memory_bytes(int index) {
  return allocates() ? statistics(index).allocated_bytes[0].peak : 0;
}

int64_t free_memory_bytes(int index) {
  const c10::cuda::CUDAGuard guard(number(index));
  size_t free = 0, total = 0;
  C10_CUDA_CHECK(cudaMemGetInfo(&free, &total));
  auto bytes = static_cast<int64_t>(free);
  if (allocates()) {
    const auto kept = statistics(index);
    bytes += kept.reserved_bytes[0].current - kept.allocated_bytes[0].current;
  }
  return bytes;
}

TakenBlocks taken_blocks(int index) {
  if (!allocates()) return {};
  const auto kept = statistics(index);
  return {kept.reserved_bytes[0].current, kept.num_device_alloc};
}

void synchronize(int index) {
  const c10::cuda::CUDAGuard guard(number(index));
  c10::cuda::device_synchronize();
}

}  // namespace trm::cuda
