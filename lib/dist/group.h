#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "dist/launch.h"
#include "dist/pulse.h"
#include "tensor/torch.h"

namespace c10d {
class Backend;
class Store;
class Work;
}  // namespace c10d

namespace trm::dist {

// What a World of several ranks asks of c10d. Tensors are contiguous, of the same number of bytes
// on all ranks, and at least one.
class Group {
 public:
  Group(const Launch& launch, std::chrono::milliseconds timeout, std::chrono::milliseconds to_meet);
  // Parts from the others unless an exception passes; then all stays as it is until the process
  // ends, for report_failure() and because c10d's threads may wait without end.
  ~Group();

  // `sent` and `received` are [ranks, ...]: row r goes to rank r and came from rank r.
  void exchange(at::Tensor& received, at::Tensor& sent);
  // Row r of `all` [ranks, ...] is rank r's, and in place on that rank.
  void all_gather(at::Tensor& all);
  void broadcast(at::Tensor& x, int from);
  void barrier();

 private:
  struct State;

  void join(const Launch& launch, const std::string& address, std::chrono::milliseconds timeout);
  void leave_store();
  // The work that `begin` makes of the way for tensors like x.
  template <class Begin>
  c10::intrusive_ptr<c10d::Work> begun(const at::Tensor& x, const Begin& begin);
  c10d::Backend& backend_of(const at::Tensor& x);
  c10::intrusive_ptr<c10d::Work> begin_broadcast(const at::Tensor& x, int from);
  void finish(const at::Tensor& x, const c10::intrusive_ptr<c10d::Work>& work);

  std::shared_ptr<State> state_;
  int exceptions_;
};

}  // namespace trm::dist
