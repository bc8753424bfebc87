#include "model/state.h"

#include <ATen/ops/where.h>

namespace trm::model {

template <class F>
LatentState LatentState::map(const F& f) const {
  std::vector<NamedTensor> mapped;
  for (const auto& [name, value] : tensors_) mapped.push_back({name, f(value)});
  return LatentState(std::move(mapped));
}

void LatentState::reset(const torch::Tensor& rows, const LatentState& initial) {
  for (size_t i = 0; i < tensors_.size(); ++i) {
    auto& value = tensors_[i].value;
    std::vector<int64_t> shape(static_cast<size_t>(value.dim()), 1);
    shape[0] = rows.size(0);
    value = at::where(rows.view(shape), initial[i], value);
  }
}

void LatentState::detach() {
  for (auto& tensor : tensors_) tensor.value = tensor.value.detach();
}

LatentState LatentState::slice(int64_t begin, int64_t end) const {
  return map([&](const torch::Tensor& x) { return x.slice(0, begin, end); });
}

LatentState LatentState::repeat(int64_t times) const {
  return map([&](const torch::Tensor& x) { return x.repeat_interleave(times, 0); });
}

LatentState LatentState::select(const torch::Tensor& rows) const {
  return map([&](const torch::Tensor& x) { return x.index_select(0, rows); });
}

void LatentState::copy_where(const torch::Tensor& apply, const LatentState& other) {
  torch::NoGradGuard no_grad;
  const auto taken = apply.ne(0);
  for (size_t i = 0; i < tensors_.size(); ++i) {
    auto& value = tensors_[i].value;
    at::where_out(value, taken, other[i], value);
  }
}

}  // namespace trm::model
