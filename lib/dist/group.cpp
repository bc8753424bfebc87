#include "dist/group.h"

#include <c10/util/Logging.h>
#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>

#include "core/error.h"
#include "core/log.h"
#include "dist/gloo.h"
#include "dist/meeting.h"
#include "dist/nccl.h"
#include "dist/watch.h"

namespace trm::dist {
namespace {

using std::chrono::milliseconds;

// c10d's own limits are no limits: the pulse says when to wait no more.
constexpr milliseconds kForever = std::chrono::hours(24 * 365);
constexpr milliseconds kSlice = milliseconds(100);

// Threads that are begun while one lives get no signals: those are for the program's own, and a
// broken connection's SIGPIPE is for nobody.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

// The process's pulse, from the moment that its ranks have met until they part.
std::mutex current_mutex;
std::shared_ptr<Pulse> current;

std::shared_ptr<Pulse> current_pulse() {
  const std::lock_guard lock(current_mutex);
  return current;
}

void set_current(std::shared_ptr<Pulse> pulse) {
  const std::lock_guard lock(current_mutex);
  current = std::move(pulse);
}

// A process whose ranks have not parted ends without destructors, under which c10d's threads would
// still run; and never as if all were well.
void leave_quickly(int code, void* /*unused*/) {
  const auto pulse = current_pulse();
  if (!pulse) return;
  std::fflush(nullptr);
  const auto verdict = pulse->verdict();
  ::_exit(code == 0 && verdict ? verdict->code : code);
}

// Ranks that did not come, told once by those that did.
Meeting meet_all(const Launch& launch, c10d::Store& store, milliseconds timeout, Pulse& pulse) {
  try {
    return meet(launch, store, timeout, [&] { pulse.look(store); });
  } catch (const LostRank&) {
    throw;
  } catch (const Error& error) {
    pulse.claim(store, {error.what(), kLostCode});
    // Rank 0 serves the store: the others look into it several times a second.
    if (launch.is_first()) std::this_thread::sleep_for(milliseconds(500));
    pulse.check();
    throw;
  } catch (const std::exception&) {
    const std::string text = "lost rank 0: its process ended while ranks met; start the run again";
    if (launch.rank == 1) log_error(text);
    throw LostRank(text, kLostCode);
  }
}

void keep_for_ever(const std::shared_ptr<void>& state) {
  static auto& kept = *new std::vector<std::shared_ptr<void>>;
  kept.push_back(state);
}

}  // namespace

struct Group::State {
  std::shared_ptr<Pulse> pulse;
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::Backend> gloo, nccl;
};

Group::Group(const Launch& launch, milliseconds timeout, milliseconds to_meet)
    : state_(std::make_shared<State>()), exceptions_(std::uncaught_exceptions()) {
  expect_gloo();
  if (current_pulse()) throw std::logic_error("a process is a rank of one World at a time");
  // Errors of c10d's and gloo's come as exceptions, too; their lines about them are for nobody.
  FLAGS_caffe2_log_level = 4;
  const SignalsBlocked blocked;
  const auto pulse = std::make_shared<Pulse>(launch, timeout);
  pulse->guard(to_meet);
  try {
    state_->store = open_store(launch, to_meet, true);
    // What the pulse reads is there before any rank can have met rank 0.
    if (launch.is_first()) Pulse::prepare(*state_->store, launch.ranks);
    const auto meeting = meet_all(launch, *state_->store, to_meet, *pulse);
    pulse->begin(open_store(launch, to_meet, false), meeting.hosts);
    state_->pulse = pulse;
    set_current(pulse);
    static std::once_flag once;
    std::call_once(once, [] { ::on_exit(leave_quickly, nullptr); });
    join(launch, meeting.address, to_meet);
  } catch (...) {
    if (state_->pulse) {
      keep_for_ever(state_);
    } else {
      pulse->stop();
    }
    throw;
  }
}

void Group::join(const Launch& launch, const std::string& address, milliseconds timeout) {
  const auto keys = c10::make_intrusive<c10d::PrefixStore>("gloo", state_->store);
  try {
    state_->gloo = make_gloo(keys, launch.rank, launch.ranks, address, timeout);
  } catch (const std::exception& error) {
    state_->pulse->broken(error.what());
  }
  barrier();
}

Group::~Group() {
  auto& pulse = *state_->pulse;
  bool parted = false;
  if (std::uncaught_exceptions() > exceptions_) {
    pulse.hush();
  } else {
    try {
      barrier();
      pulse.part();
      leave_store();
      parted = pulse.stopped();
    } catch (const std::exception&) {
      // Whatever it is, it is the verdict of all ranks, with which this process ends.
    }
  }
  if (parted) {
    set_current(nullptr);
  } else {
    keep_for_ever(state_);
  }
}

// Rank 0 takes the store with it, and goes last.
void Group::leave_store() {
  const auto& launch = state_->pulse->launch();
  constexpr const char* kParted = "parted";
  if (launch.agent_store) return;
  if (!launch.is_first()) {
    state_->store->add(kParted, 1);
    return;
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (state_->store->add(kParted, 0) < launch.ranks - 1 &&
         std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(milliseconds(2));
}

c10d::Backend& Group::backend_of(const at::Tensor& x) {
  if (!x.is_cuda()) return *state_->gloo;
  if (!state_->nccl) {
    const SignalsBlocked blocked;
    const auto& launch = state_->pulse->launch();
    const auto keys = c10::make_intrusive<c10d::PrefixStore>("nccl", state_->store);
    state_->nccl = make_nccl(keys, launch.rank, launch.ranks);
  }
  return *state_->nccl;
}

void Group::finish(const at::Tensor& x, const c10::intrusive_ptr<c10d::Work>& work) {
  // The current stream waits; the host does not, and the guard watches it where it waits later.
  if (x.is_cuda()) {
    work->wait();
    return;
  }
  for (;;) {
    try {
      work->wait(kSlice);
      return;
    } catch (const std::exception& error) {
      if (work->isCompleted() && !work->isSuccess()) state_->pulse->broken(error.what());
    }
    state_->pulse->check();
  }
}

template <class Begin>
c10::intrusive_ptr<c10d::Work> Group::begun(const at::Tensor& x, const Begin& begin) {
  state_->pulse->check();
  auto& backend = backend_of(x);
  try {
    return begin(backend);
  } catch (const std::exception& error) {
    state_->pulse->broken(error.what());
  }
}

void Group::exchange(at::Tensor& received, at::Tensor& sent) {
  finish(sent, begun(sent, [&](c10d::Backend& backend) {
           c10d::AllToAllOptions options;
           options.timeout = kForever;
           std::vector<int64_t> equal, parts;
           return backend.alltoall_base(received, sent, equal, parts, options);
         }));
}

void Group::all_gather(at::Tensor& all) {
  const auto& launch = state_->pulse->launch();
  auto rows = all.chunk(launch.ranks);
  // c10d's gathering on a CPU goes through new memory of its own; broadcasts of all rows at once
  // send as much and need none. For small ones a single round is quicker.
  if (all.is_cpu() && all.nbytes() >= (size_t{1} << 17)) {
    std::vector<c10::intrusive_ptr<c10d::Work>> works;
    for (int rank = 0; rank < launch.ranks; ++rank)
      works.push_back(begin_broadcast(rows[static_cast<size_t>(rank)], rank));
    for (const auto& work : works) finish(all, work);
    return;
  }
  auto& own = rows[static_cast<size_t>(launch.rank)];
  finish(all, begun(all, [&](c10d::Backend& backend) {
           c10d::AllgatherOptions options;
           options.timeout = kForever;
           return backend._allgather_base(all, own, options);
         }));
}

c10::intrusive_ptr<c10d::Work> Group::begin_broadcast(const at::Tensor& x, int from) {
  return begun(x, [&](c10d::Backend& backend) {
    c10d::BroadcastOptions options;
    options.rootRank = from;
    options.timeout = kForever;
    std::vector<at::Tensor> tensors = {x};
    return backend.broadcast(tensors, options);
  });
}

void Group::broadcast(at::Tensor& x, int from) { finish(x, begin_broadcast(x, from)); }

void Group::barrier() {
  const auto nothing = at::empty({0});
  finish(nothing, begun(nothing, [&](c10d::Backend& backend) {
           c10d::BarrierOptions options;
           options.timeout = kForever;
           return backend.barrier(options);
         }));
}

bool report_failure(const std::string& message, int code) {
  const auto pulse = current_pulse();
  if (!pulse) return false;
  pulse->report(message, code);
  return true;
}

}  // namespace trm::dist
