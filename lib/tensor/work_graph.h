#pragma once

#include <functional>
#include <memory>

#include "tensor/torch.h"

namespace trm {

// Work on a GPU that queues the same kernels each time, as one launch. What differs from call to
// call lies in tensors that are there before the first and that the work reads on the device; the
// host must neither wait in it nor hand it a number. Tensors that it makes are the graph's own
// memory, overwritten by the next call.
class WorkGraph {
 public:
  // std::logic_error in a build without CUDA, or for a CPU.
  explicit WorkGraph(const torch::Device& device);
  ~WorkGraph();
  WorkGraph(WorkGraph&&) noexcept;
  WorkGraph& operator=(WorkGraph&&) noexcept;

  // Does the work. The first call queues it as it is, in which libraries set themselves up; the
  // second records it, and from then on it is launched. A work that cannot be recorded is an Error
  // that says why, or c10::OutOfMemoryError; nothing of it has run then.
  void run(const std::function<void()>& work);

 private:
  struct Recording;
  std::unique_ptr<Recording> recording_;
};

}  // namespace trm
