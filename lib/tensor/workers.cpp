#include "tensor/workers.h"

#include <ATen/Parallel.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

namespace trm {
namespace {

// LibTorch's number of threads, and MKL's with it, for a while.
class Threads {
 public:
  explicit Threads(int count) : before_(at::get_num_threads()) { at::set_num_threads(count); }
  ~Threads() { at::set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

}  // namespace

int64_t workers_for(const Compute& compute, int64_t items) {
  return compute.device.is_cuda() ? 1 : std::clamp<int64_t>(items, 1, compute.threads);
}

void for_each_item(const Compute& compute, int64_t items,
                   const std::function<void(int64_t worker, int64_t item)>& f) {
  if (compute.device.is_cuda()) {
    for (int64_t item = 0; item < items; ++item) f(0, item);
    return;
  }
  std::atomic<int64_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  const bool grading = at::GradMode::is_enabled();
  const auto work = [&](int64_t worker) {
    const at::AutoGradMode mode(grading);
    try {
      for (int64_t item = next++; item < items; item = next++) f(worker, item);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next = items;
    }
  };
  const auto workers = static_cast<int>(workers_for(compute, items));
  if (workers == 1) {
    const Threads one(1);
    work(0);
  } else {
    // Within a parallel region neither LibTorch nor MKL nor oneDNN begins another; the threads are
    // those that LibTorch's own loops have between the regions.
#pragma omp parallel num_threads(workers)
    {
      at::get_num_threads();  // sets a new thread's number, the first time
      omp_set_num_threads(1);
      work(omp_get_thread_num());
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace trm
