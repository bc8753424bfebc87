#define USE_C10D_NCCL

#include <cstdlib>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#include <type_traits>

#include "dist/nccl.h"

// The one thing of ours that LibTorch's CUDA library has symbols for, in a shared library of its
// own: a program that linked it would not start where a library of CUDA's is missing.

extern "C" void trm_make_nccl(const c10::intrusive_ptr<c10d::Store>& store, int rank, int ranks,
                              c10::intrusive_ptr<c10d::Backend>& backend) {
  // Lost ranks are the watch's: c10d's own watchdog would print its traces and abort.
  ::setenv("TORCH_NCCL_ASYNC_ERROR_HANDLING", "0", 0);
  ::setenv("TORCH_NCCL_ENABLE_MONITORING", "0", 0);
  ::setenv("TORCH_NCCL_DUMP_ON_TIMEOUT", "0", 0);
  auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = std::chrono::hours(24 * 365);
  backend = c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, ranks, std::move(options));
}

static_assert(std::is_same_v<decltype(&trm_make_nccl), trm::dist::NcclMaker>);
