#include <stdexcept>

#include "kernels/gpu/launch.h"

namespace trm::kernels::gpu {
namespace {

[[noreturn]] void absent() {
  throw std::logic_error("a CUDA kernel was called in a build without CUDA");
}

}  // namespace

using torch::Tensor;

void add_rms_norm(const Tensor&, const Tensor&, const Tensor&, const Tensor&, Axis, float) {
  absent();
}
void rms_norm_gradient(const Tensor&, const Tensor&, const Tensor&, const Tensor&, Axis) {
  absent();
}
void gate(const Tensor&, const Tensor&, int64_t, int64_t) { absent(); }
void gate_gradient(const Tensor&, const Tensor&, const Tensor&, int64_t, int64_t) { absent(); }
void adam(const Tensor&, const Tensor&, const Tensor&, const Tensor&, const Tensor&, const Tensor&,
          bool) {
  absent();
}
void average(const Tensor&, const Tensor&, double, const Tensor&) { absent(); }
void rotate(const Tensor&, const Tensor&, const Tensor&, const Tensor&, float) { absent(); }
void stablemax(const Tensor&, const Tensor&, const Tensor&) { absent(); }
void stablemax_gradient(const Tensor&, const Tensor&, const Tensor&, const Tensor&) { absent(); }
void uniform(uint64_t, const Tensor&, const Tensor&, const Tensor&) { absent(); }

}  // namespace trm::kernels::gpu
