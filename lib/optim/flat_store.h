#pragma once

#include <string>
#include <vector>

#include "tensor/archive.h"

namespace trm::optim {

// Parameters and their gradients as views of two contiguous float32 buffers: one optimizer kernel,
// one average, few transfers. Every view starts at a multiple of 64 bytes; the gaps hold zeros,
// which every update rule keeps at zero.
class FlatStore {
 public:
  // Moves the parameters' storage into the buffers and gives each a gradient view.
  explicit FlatStore(const std::vector<NamedTensor>& parameters);

  const torch::Tensor& values() const { return values_; }        // [numel] float32
  const torch::Tensor& gradients() const { return gradients_; }  // [numel] float32

  // Another buffer of the same layout for the optimizer to read. The parameters' own gradients stay
  // where they are.
  void set_gradients(const torch::Tensor& buffer) { gradients_ = buffer; }

  // A buffer of the same layout, zero or a copy of the values, for moments and averages.
  torch::Tensor like_zeros() const;
  torch::Tensor like_values() const;

  // The parts of a buffer of this layout, by the parameters' names.
  std::vector<NamedTensor> views(const torch::Tensor& buffer, const std::string& prefix = "") const;

 private:
  struct Slot {
    std::string name;
    int64_t offset;
    std::vector<int64_t> shape;
  };
  std::vector<Slot> slots_;
  torch::Tensor values_, gradients_;
};

}  // namespace trm::optim
