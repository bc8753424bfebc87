#include "optim/optimizers/adam.h"

#include <cmath>

#include "kernels/update.h"
#include "tensor/device.h"
#include "tensor/values.h"

namespace trm::optim {

AdamFamily::AdamFamily(const FlatStore& store, const Settings& settings)
    : m_(store.like_zeros()), v_(store.like_zeros()), rate_(settings.rate), settings_(settings) {}

torch::Tensor AdamFamily::scalars(int64_t step, double rate) const {
  const auto& s = settings_;
  const auto t = static_cast<double>(step);
  const double values[] = {rate / (1 - std::pow(s.beta1, t)),
                           1 - rate * s.weight_decay,
                           1 - s.beta1,
                           1 - s.beta2,
                           1 / std::sqrt(1 - std::pow(s.beta2, t)),
                           s.epsilon};
  const auto host = torch::empty({6}, at::kFloat);
  const auto numbers = writable_values_of<float>(host);
  for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(values[i]);
  return queue_to(host, m_.device());
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

void AdamAtan2::update(const FlatStore& store, int64_t step, double rate,
                       const torch::Tensor& apply) {
  kernels::adam_atan2(store.values(), m_, v_, store.gradients(), scalars(step, rate), apply);
}

AdamW::AdamW(const Config& c, const FlatStore& store)
    : AdamFamily(store, {c.lr, c.beta1, c.beta2, c.weight_decay, c.epsilon}) {}

void AdamW::update(const FlatStore& store, int64_t step, double rate, const torch::Tensor& apply) {
  kernels::adamw(store.values(), m_, v_, store.gradients(), scalars(step, rate), apply);
}

}  // namespace trm::optim
