#include "data/samplers/numpy.h"

#include "core/error.h"

namespace trm::data {

Numpy::Numpy(const Config& config, const SamplerContext& context)
    : Numpy(config, context, dataloader_worker(context.seed, 0)) {}

Numpy::Numpy(const Config& config, const SamplerContext& context, const NumpyLegacy& legacy)
    : config_(config), context_(context), first_legacy_(legacy), legacy_(legacy) {
  const auto& data = *context_.data;
  int64_t least = 0;  // examples that an iteration has for certain
  for (const int64_t group : context_.groups) {
    int64_t fewest = INT64_MAX;
    const auto end = data.group_begin()[static_cast<size_t>(group) + 1];
    for (auto p = data.group_begin()[static_cast<size_t>(group)]; p < end; ++p) {
      const auto at = static_cast<size_t>(p);
      fewest = std::min<int64_t>(fewest, data.puzzle_begin()[at + 1] - data.puzzle_begin()[at]);
    }
    least += fewest;
  }
  if (least * config_.epochs < context_.batch) {
    throw Error("data.sampler.epochs: " + std::to_string(config_.epochs) + " epochs of " +
                std::to_string(least) + " examples do not fill a batch of " +
                std::to_string(context_.batch) + "; raise it, or use sampler: shuffled");
  }
}

void Numpy::restart() {
  legacy_ = first_legacy_;
  iteration_ = 0;
  order_.clear();
  position_ = 0;
  step_ = 0;
}

void Numpy::begin_iteration() {
  ++iteration_;
  random_.emplace(context_.seed + iteration_);
  order_.clear();
  position_ = 0;
  for (int64_t epoch = 0; epoch < config_.epochs; ++epoch) {
    const auto order = random_->permutation(static_cast<int64_t>(context_.groups.size()));
    order_.insert(order_.end(), order.begin(), order.end());
  }
}

std::vector<int64_t> Numpy::next() {
  const auto& data = *context_.data;
  if (!random_ || position_ >= order_.size()) begin_iteration();
  std::vector<int64_t> examples;
  auto free = context_.batch;
  while (position_ < order_.size() && free > 0) {
    const auto group =
        static_cast<size_t>(context_.groups[static_cast<size_t>(order_[position_++])]);
    const auto puzzle = static_cast<size_t>(
        random_->integers(data.group_begin()[group], data.group_begin()[group + 1]));
    const int64_t begin = data.puzzle_begin()[puzzle];
    const int64_t count = data.puzzle_begin()[puzzle + 1] - begin;
    const int64_t taken = std::min(count, free);
    for (const int64_t i : legacy_.choice(count, taken)) examples.push_back(begin + i);
    free -= taken;
  }
  if (free > 0) {
    order_.clear();  // a partial batch ends the iteration
    return {};
  }
  return examples;
}

std::vector<int64_t> Numpy::batch(int64_t step) {
  if (step <= step_) restart();
  std::vector<int64_t> examples;
  while (step_ < step) {
    do {
      examples = next();
    } while (examples.empty());
    ++step_;
  }
  return examples;
}

}  // namespace trm::data
