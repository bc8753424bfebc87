#include "tensor/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <malloc.h>
#include <sys/resource.h>
#include <torch/version.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "tensor/cuda_runtime.h"

namespace trm {

namespace {

int chosen_rank = 0;

// LibTorch's gradients of embeddings and of attention add by atomics, in any order, unless it is
// told otherwise; and then fills new memory for no use of ours.
void use_device(int index) {
  ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  cuda::use(index);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
  at::globalContext().setDeterministicFillUninitializedMemory(false);
}

}  // namespace

void choose_device(int index) { chosen_rank = index; }

Compute choose_compute(const std::string& device, const std::string& precision, int64_t threads) {
  Compute compute;
  // Who asks for the CPU loads nothing of CUDA's.
  const auto index = device == "cpu" ? std::nullopt : choose_gpu(device, cuda::gpus(), chosen_rank);
  if (index) {
    use_device(*index);
    compute.device = torch::Device(torch::kCUDA, static_cast<c10::DeviceIndex>(*index));
  }
  const bool half = precision == "bfloat16" || (precision == "auto" && compute.device.is_cuda());
  compute.precision = half ? at::kBFloat16 : at::kFloat;
  compute.threads = threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
  at::set_num_threads(static_cast<int>(compute.threads));
  return compute;
}

void keep_freed_memory() {
  constexpr int kBytes = 32 << 20;  // the most that glibc accepts
  mallopt(M_MMAP_THRESHOLD, kBytes);
  mallopt(M_TRIM_THRESHOLD, kBytes);
  mallopt(M_TOP_PAD, 64 << 20);
}

torch::Tensor queue_to(const torch::Tensor& host, const torch::Device& device) {
  if (!device.is_cuda() || host.is_cuda()) return host.to(device);
  return host.pin_memory().to(device, /*non_blocking=*/true);
}

int64_t peak_memory_bytes(const torch::Device& device) {
  if (device.is_cuda()) return cuda::peak_memory_bytes(device.index());
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<int64_t>(usage.ru_maxrss) * 1024;
}

int64_t resident_bytes() {
  std::ifstream statistics("/proc/self/statm");
  int64_t pages = 0, resident = 0;
  statistics >> pages >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

void synchronize(const torch::Device& device) {
  if (device.is_cuda()) cuda::synchronize(device.index());
}

std::string torch_version() { return TORCH_VERSION; }
bool built_with_cuda() { return cuda::kBuilt; }

}  // namespace trm
