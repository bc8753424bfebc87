#pragma once

#include "tensor/cuda_runtime.h"
#include "tensor/device.h"
#include "tests/catch.h"

// What the cases that need a GPU share.

namespace trm {

// Catch2 2.x cannot skip: a [gpu] case returns where this is true.
inline bool no_gpu() {
  if (cuda::available()) return false;
  WARN("skipped: no CUDA device");
  return true;
}

// The first GPU, as the programs set it up.
inline Compute gpu_compute(const std::string& precision) {
  return choose_compute("cuda", precision, 1);
}

}  // namespace trm
