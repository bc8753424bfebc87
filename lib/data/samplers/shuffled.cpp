#include "data/samplers/shuffled.h"

#include "core/random.h"

namespace trm::data {

Shuffled::Shuffled(const Config& /*config*/, const SamplerContext& context) : context_(context) {
  const auto& data = *context_.data;
  for (const int64_t group : context_.groups) {
    const auto first = static_cast<size_t>(data.group_begin()[static_cast<size_t>(group)]);
    const int32_t examples = data.puzzle_begin()[first + 1] - data.puzzle_begin()[first];
    for (int32_t i = 0; i < examples; ++i) slots_.push_back({static_cast<int32_t>(group), i});
  }
}

const std::vector<Shuffled::Slot>& Shuffled::epoch(int64_t number) {
  const auto known = epochs_.find(number);
  if (known != epochs_.end()) return known->second;
  // A batch spans few epochs, or many of a small set, whose lists are short.
  constexpr size_t kKept = 16;
  if (epochs_.size() >= kKept) epochs_.erase(epochs_.begin());
  auto order = slots_;
  Stream(context_.seed, "order", static_cast<uint64_t>(number)).shuffle(std::span(order));
  return epochs_[number] = std::move(order);
}

std::vector<int64_t> Shuffled::batch(int64_t step) {
  const auto& data = *context_.data;
  const auto count = static_cast<int64_t>(slots_.size());
  std::vector<int64_t> examples;
  for (int64_t row = 0; row < context_.batch; ++row) {
    const int64_t position = (step - 1) * context_.batch + row;
    const Slot slot = epoch(position / count)[static_cast<size_t>(position % count)];
    const auto group = static_cast<size_t>(slot.group);
    const int64_t first = data.group_begin()[group];
    const int64_t puzzles = data.group_begin()[group + 1] - first;
    Stream stream(context_.seed, "puzzle", static_cast<uint64_t>(step), static_cast<uint64_t>(row));
    const auto puzzle = static_cast<size_t>(
        first +
        (puzzles > 1 ? static_cast<int64_t>(stream.below(static_cast<uint64_t>(puzzles))) : 0));
    const int64_t begin = data.puzzle_begin()[puzzle];
    examples.push_back(begin + slot.example % (data.puzzle_begin()[puzzle + 1] - begin));
  }
  return examples;
}

}  // namespace trm::data
