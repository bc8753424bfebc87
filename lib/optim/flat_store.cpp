#include "optim/flat_store.h"

namespace trm::optim {

FlatStore::FlatStore(const std::vector<NamedTensor>& parameters) {
  constexpr int64_t kAlignment = 64 / sizeof(float);
  int64_t size = 0;
  for (const auto& [name, value] : parameters) {
    slots_.push_back({name, size, value.sizes().vec()});
    size += (value.numel() + kAlignment - 1) / kAlignment * kAlignment;
  }
  const auto options = parameters.front().value.options().dtype(at::kFloat).requires_grad(false);
  values_ = torch::zeros({size}, options);
  gradients_ = torch::zeros({size}, options);

  torch::NoGradGuard no_grad;
  const auto values = views(values_);
  const auto gradients = views(gradients_);
  for (size_t i = 0; i < parameters.size(); ++i) {
    auto parameter = parameters[i].value;
    values[i].value.copy_(parameter);
    parameter.set_data(values[i].value);
    parameter.mutable_grad() = gradients[i].value;
  }
}

torch::Tensor FlatStore::like_zeros() const { return torch::zeros_like(values_); }
torch::Tensor FlatStore::like_values() const { return values_.clone(); }

std::vector<NamedTensor> FlatStore::views(const torch::Tensor& buffer,
                                          const std::string& prefix) const {
  std::vector<NamedTensor> parts;
  for (const auto& slot : slots_) {
    int64_t count = 1;
    for (const int64_t n : slot.shape) count *= n;
    parts.push_back({prefix + slot.name, buffer.narrow(0, slot.offset, count).view(slot.shape)});
  }
  return parts;
}

}  // namespace trm::optim
