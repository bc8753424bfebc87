#include "optim/optimizers/adam.h"

#include <cmath>

#include "kernels/update.h"

namespace trm::optim {

AdamFamily::AdamFamily(const FlatStore& store, const Settings& settings)
    : m_(store.like_zeros()), v_(store.like_zeros()), rate_(settings.rate), settings_(settings) {}

std::vector<float> AdamFamily::numbers(int64_t step, double rate) const {
  const auto& s = settings_;
  const auto t = static_cast<double>(step);
  const double values[] = {rate / (1 - std::pow(s.beta1, t)),
                           1 - rate * s.weight_decay,
                           1 - s.beta1,
                           1 - s.beta2,
                           1 / std::sqrt(1 - std::pow(s.beta2, t)),
                           s.epsilon};
  std::vector<float> numbers;
  for (const double value : values) numbers.push_back(static_cast<float>(value));
  return numbers;
}

void AdamFamily::save(const FlatStore& store, Archive& archive) const {
  for (const auto& [name, value] : store.views(m_, "m.")) archive.add(name, value);
  for (const auto& [name, value] : store.views(v_, "v.")) archive.add(name, value);
}

void AdamFamily::load(const FlatStore& store, const Archive& archive) {
  for (const auto& part : {store.views(m_, "m."), store.views(v_, "v.")}) {
    for (const auto& [name, value] : part) {
      copy_checked(archive.at(name), value, archive.where, name);
    }
  }
}

AdamAtan2::AdamAtan2(const Config& c, const FlatStore& store)
    : AdamFamily(store, {c.lr, c.beta1, c.beta2, c.weight_decay, 0}) {}

void AdamAtan2::update(const FlatStore& store, const torch::Tensor& numbers,
                       const torch::Tensor& apply) {
  kernels::adam_atan2(store.values(), m_, v_, store.gradients(), numbers, apply);
}

AdamW::AdamW(const Config& c, const FlatStore& store)
    : AdamFamily(store, {c.lr, c.beta1, c.beta2, c.weight_decay, c.epsilon}) {}

void AdamW::update(const FlatStore& store, const torch::Tensor& numbers,
                   const torch::Tensor& apply) {
  kernels::adamw(store.values(), m_, v_, store.gradients(), numbers, apply);
}

}  // namespace trm::optim
