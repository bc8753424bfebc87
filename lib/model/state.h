#pragma once

#include <vector>

#include "tensor/record.h"

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

  template <class Self, class F>
  static void each(Self& self, const F& f) {
    for (auto& [name, value] : self.tensors_) f(name, value);
  }

  void detach();
  LatentState repeat(int64_t times) const;  // each row `times` times in a row

 private:
  std::vector<NamedTensor> tensors_;
};

}  // namespace trm::model
