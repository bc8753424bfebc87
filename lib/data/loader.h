#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "data/sampler.h"
#include "data/task.h"
#include "tensor/batch.h"

namespace trm::data {

// Tokens of an example as its puzzle's copy has them: Dataset::read, then Task::transform where the
// copy is none on disk.
void read_copy(const Dataset& data, const Task* task, int64_t example, std::span<Token> input,
               std::span<Token> label);

// Rows of a data set as tensors: tokens that are no label become kIgnoredLabel.
class BatchReader {
 public:
  // task: makes the copies of puzzles that are not on disk; it must outlive the reader. None is
  // needed where there are none.
  explicit BatchReader(std::shared_ptr<const Dataset> data, const Task* task = nullptr);

  // Training rows: example `examples[r]`, augmented with stream (seed, "augment", step, row id)
  // where the task does. The rows' ids are first_row and those that follow.
  Batch read(std::span<const int64_t> examples, uint64_t seed, int64_t step,
             int64_t first_row = 0) const;

  // Rows for evaluation, in order, with padding rows up to `rows`.
  Batch read_padded(std::span<const int64_t> examples, int64_t rows) const;

 private:
  Batch empty(int64_t rows) const;
  void fill(const Batch& batch, int64_t row, int64_t example, Stream* stream) const;

  std::shared_ptr<const Dataset> data_;
  const Task* task_;
};

// Prepares the next training batches in a thread of its own. A batch is a function of (seed, step),
// so how far ahead the thread is changes nothing.
class Loader {
 public:
  // Rows of every batch that this process reads.
  struct Rows {
    int64_t first, count;
  };
  // `first_step`: the step of the first batch, from 1.
  Loader(std::shared_ptr<const Dataset> data, std::shared_ptr<const Task> task,
         std::shared_ptr<Sampler> sampler, uint64_t seed, int64_t first_step, Rows rows);
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // The next batch; hands on an Error of the thread.
  Batch next();

 private:
  void work(int64_t step);

  std::shared_ptr<const Task> task_;
  BatchReader reader_;
  std::shared_ptr<Sampler> sampler_;
  uint64_t seed_;
  Rows rows_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> ready_;
  std::exception_ptr failure_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace trm::data
