#include <stdexcept>

#include "tensor/cuda_runtime.h"

namespace trm::cuda {

const bool kBuilt = false;
bool available() { return false; }
int count() { return 0; }
void use(int) { throw std::logic_error("no CUDA in this build"); }
int64_t peak_memory_bytes() { throw std::logic_error("no CUDA in this build"); }
int64_t free_memory_bytes() { throw std::logic_error("no CUDA in this build"); }
void synchronize() { throw std::logic_error("no CUDA in this build"); }

}  // namespace trm::cuda
