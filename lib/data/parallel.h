#pragma once

#include <cstdint>
#include <functional>

namespace trm::data {

// Calls work(i) for every i in [0, count) on `threads` threads (0: as many as the machine has),
// this one among them. `done`, if given, is called on this thread now and then with the number of
// calls that have returned. When calls throw, the exception of the least i is thrown on, whatever
// the number of threads; later ones may then never start. Interrupted between two calls when the
// user asks.
void in_parallel(int64_t count, int threads, const std::function<void(int64_t)>& work,
                 const std::function<void(int64_t)>& done = {});

}  // namespace trm::data
