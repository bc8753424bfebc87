#include "model/state.h"

namespace trm::model {

void LatentState::detach() {
  for (auto& tensor : tensors_) tensor.value = tensor.value.detach();
}

LatentState LatentState::repeat(int64_t times) const {
  return record::map(*this, [&](const torch::Tensor& x) { return x.repeat_interleave(times, 0); });
}

}  // namespace trm::model
