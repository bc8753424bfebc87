#pragma once

#include <vector>

#include "tensor/archive.h"

namespace trm::model {

// The latent tensors of a core, in the order and with the names that it gives them (z_H, z_L; or
// six, or one). Dimension 0 is the trajectory; nothing else about their shapes is assumed.
class LatentState {
 public:
  LatentState() = default;
  explicit LatentState(std::vector<NamedTensor> tensors) : tensors_(std::move(tensors)) {}

  torch::Tensor& operator[](size_t i) { return tensors_[i].value; }
  const torch::Tensor& operator[](size_t i) const { return tensors_[i].value; }
  size_t size() const { return tensors_.size(); }
  const std::vector<NamedTensor>& tensors() const { return tensors_; }

  // Rows where `rows` [B] is true become those of `initial`, whose dimension 0 may be 1.
  void reset(const torch::Tensor& rows, const LatentState& initial);
  void detach();
  LatentState slice(int64_t begin, int64_t end) const;  // views of rows [begin, end)
  LatentState repeat(int64_t times) const;              // each row `times` times in a row
  LatentState select(const torch::Tensor& rows) const;  // rows: [K] indices
  // In place, where apply [1] is not 0, which only the device looks at.
  void copy_where(const torch::Tensor& apply, const LatentState& other);

 private:
  template <class F>
  LatentState map(const F& f) const;

  std::vector<NamedTensor> tensors_;
};

}  // namespace trm::model
