#include "data/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "core/interrupt.h"

namespace trm::data {

void in_parallel(int64_t count, int threads, const std::function<void(int64_t)>& work,
                 const std::function<void(int64_t)>& done) {
  if (threads == 0) threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  std::atomic<int64_t> next = 0, finished = 0;
  std::atomic<bool> failed = false;
  std::mutex mutex;
  int64_t failed_at = 0;
  std::exception_ptr failure;
  // Indices are handed out in order, so when one fails every smaller one has been started.
  const auto run = [&](bool reports) {
    while (!failed) {
      const int64_t i = next++;
      if (i >= count) return;
      try {
        throw_if_interrupted();
        work(i);
        const int64_t now = ++finished;
        if (reports && done) done(now);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!failure || i < failed_at) {
          failure = std::current_exception();
          failed_at = i;
        }
        failed = true;
      }
    }
  };
  {
    std::vector<std::jthread> others;
    const auto most = static_cast<int>(std::min<int64_t>(threads, count));
    for (int i = 1; i < most; ++i) others.emplace_back(run, false);
    run(true);
  }
  if (failure) std::rethrow_exception(failure);
  if (done) done(count);
}

}  // namespace trm::data
