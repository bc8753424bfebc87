#pragma once

#include <ATen/record_function.h>

#include <functional>
#include <memory>
#include <utility>

namespace trm {

// Is shown ATen's calls in this thread, as they are made while it lives. One at a time, since a
// callback of ATen's holds nothing.
class CallWatch {
 public:
  using Seen = std::function<void(const at::RecordFunction&)>;

  explicit CallWatch(Seen seen) {
    seen_ = std::move(seen);
    handle_ =
        at::addThreadLocalCallback(at::RecordFunctionCallback([](const at::RecordFunction& call) {
                                     seen_(call);
                                     return std::unique_ptr<at::ObserverContext>();
                                   })
                                       .needsInputs(true)
                                       .scopes({at::RecordScope::FUNCTION}));
  }
  ~CallWatch() { at::removeCallback(handle_); }
  CallWatch(const CallWatch&) = delete;
  CallWatch& operator=(const CallWatch&) = delete;

 private:
  static inline Seen seen_;
  at::CallbackHandle handle_;
};

}  // namespace trm
