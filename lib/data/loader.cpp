#include "data/loader.h"

#include <ATen/ops/full.h>

#include "data/inconsistent.h"
#include "tensor/values.h"

namespace trm::data {
namespace {

constexpr size_t kBatchesAhead = 4;

}  // namespace

void read_copy(const Dataset& data, const Task* task, int64_t example, std::span<Token> input,
               std::span<Token> label) {
  data.read(example, input, label);
  const auto copy = data.stored(example).augmentation;
  if (copy != 0) task->transform(copy, input, label);
}

BatchReader::BatchReader(std::shared_ptr<const Dataset> data, const Task* task)
    : data_(std::move(data)), task_(task) {
  for (size_t i = 0; i < data_->folders(); ++i) {
    const auto* copies = data_->augmentations(i);
    const auto known = task ? task->copies() : 1;
    for (const auto code : copies ? std::span(copies->codes) : std::span<const uint32_t>()) {
      if (code < known) continue;
      inconsistent(data_->folder(i), "augmentation " + std::to_string(code) +
                                         " is none of this kind of puzzle (data.task)");
    }
  }
}

Batch BatchReader::empty(int64_t rows) const {
  const auto& info = data_->info();
  return {at::full({rows, info.cells}, info.padding, at::kInt),
          at::full({rows, info.cells}, kIgnoredLabel, at::kInt),
          at::full({rows}, info.blank_puzzle, at::kInt), 0};
}

void BatchReader::fill(const Batch& batch, int64_t row, int64_t example, Stream* stream) const {
  const auto inputs = writable_row_of<Token>(batch.inputs, row),
             labels = writable_row_of<Token>(batch.labels, row);
  read_copy(*data_, task_, example, inputs, labels);
  if (stream && task_ && task_->augments()) task_->augment(inputs, labels, *stream);
  const auto ignored = data_->info().ignored_label;
  for (auto& label : labels) {
    if (label == ignored) label = static_cast<Token>(kIgnoredLabel);
  }
  writable_row_of<int32_t>(batch.puzzle_ids, row)[0] = data_->puzzle_id(data_->puzzle_of(example));
}

Batch BatchReader::read(std::span<const int64_t> examples, uint64_t seed, int64_t step,
                        int64_t first_row) const {
  auto batch = empty(static_cast<int64_t>(examples.size()));
  batch.puzzles = batch.rows();
  for (size_t r = 0; r < examples.size(); ++r) {
    Stream stream(seed, "augment", static_cast<uint64_t>(step),
                  static_cast<uint64_t>(first_row) + r);
    fill(batch, static_cast<int64_t>(r), examples[r], &stream);
  }
  return batch;
}

Batch BatchReader::read_padded(std::span<const int64_t> examples, int64_t rows) const {
  auto batch = empty(rows);
  batch.puzzles = static_cast<int64_t>(examples.size());
  for (size_t r = 0; r < examples.size(); ++r) {
    fill(batch, static_cast<int64_t>(r), examples[r], nullptr);
  }
  return batch;
}

Loader::Loader(std::shared_ptr<const Dataset> data, std::shared_ptr<const Task> task,
               std::shared_ptr<Sampler> sampler, uint64_t seed, int64_t first_step, Rows rows)
    : task_(std::move(task)),
      reader_(std::move(data), task_.get()),
      sampler_(std::move(sampler)),
      seed_(seed),
      rows_(rows),
      thread_([this, first_step] { work(first_step); }) {}

Loader::~Loader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Loader::work(int64_t step) {
  try {
    for (;; ++step) {
      const auto examples = sampler_->batch(step);
      const auto own = std::span(examples).subspan(static_cast<size_t>(rows_.first),
                                                   static_cast<size_t>(rows_.count));
      auto batch = reader_.read(own, seed_, step, rows_.first);
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || ready_.size() < kBatchesAhead; });
      if (stopping_) return;
      ready_.push_back(std::move(batch));
      changed_.notify_all();
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    changed_.notify_all();
  }
}

Batch Loader::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ready_.empty() || failure_; });
  if (ready_.empty()) std::rethrow_exception(failure_);
  auto batch = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_all();
  return batch;
}

}  // namespace trm::data
