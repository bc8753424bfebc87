#include <stdexcept>

#include "tensor/cuda_runtime.h"

namespace trm::cuda {
namespace {

[[noreturn]] void absent() { throw std::logic_error("no CUDA in this build"); }

}  // namespace

const bool kBuilt = false;

const Gpus& gpus() {
  static const Gpus none;
  return none;
}
void use(int) { absent(); }
int64_t peak_memory_bytes(int) { absent(); }
int64_t free_memory_bytes(int) { absent(); }
TakenBlocks taken_blocks(int) { absent(); }
void synchronize(int) { absent(); }

}  // namespace trm::cuda
