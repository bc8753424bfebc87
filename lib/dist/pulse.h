#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "dist/launch.h"
#include "tensor/torch.h"

namespace c10d {
class Store;
}

namespace trm::dist {

// Who has failed, as all ranks learn it.
struct Verdict {
  std::string text;
  int code;
};

// The signs of life of this rank and of the others, which dist/watch.h promises. Two threads: the
// pulse talks to the store, which may block without end when its host does; the guard never blocks,
// and ends the process where nothing else does. Both share the object and are never joined.
class Pulse : public std::enable_shared_from_this<Pulse> {
 public:
  Pulse(const Launch& launch, std::chrono::milliseconds timeout);

  // Ends the process where `to_meet` and some seconds later neither look() nor begin() was called:
  // its store was stopped while it waited for an answer.
  void guard(std::chrono::milliseconds to_meet);
  // All ranks are there: signs of life begin, over a connection of their own.
  void begin(c10::intrusive_ptr<c10d::Store> store, std::vector<std::string> hosts);
  // What the store holds before any rank begins.
  static void prepare(c10d::Store& store, int ranks);
  // While ranks meet: the store answers. Throws LostRank where another rank has failed meanwhile.
  void look(c10d::Store& store);
  // Makes it the verdict of all unless there is one, and shows it as an error if so.
  void claim(c10d::Store& store, const Verdict& verdict);

  // Throws LostRank once there is a verdict.
  void check();
  // A connection broke: waits for who it was, and throws LostRank.
  [[noreturn]] void broken(const std::string& why);
  // Makes `text` of this rank the verdict, as claim() does.
  void report(const std::string& text, int code);
  std::optional<Verdict> verdict();

  // All ranks are done: nobody that goes away is a loss any more.
  void part() { parting_ = true; }
  // This rank ends by an exception, and has its own message: it tells of no other's loss.
  void hush() { hushed_ = true; }
  void stop();
  // Waits until the threads have ended, a second at most; whether they have.
  bool stopped();

  const Launch& launch() const { return launch_; }
  std::string name_of(int rank) const;  // "rank 1 on nodeA"

 private:
  using Clock = std::chrono::steady_clock;
  // How long something has not moved, by this process's own steps: one that was stopped itself (^Z)
  // does not take the time for the others' silence.
  struct Silence {
    std::string last;
    Clock::duration time{};
    void add(Clock::duration step, const std::string& sign) {
      time = sign == last ? time + step : Clock::duration{};
      last = sign;
    }
  };

  void run_pulse();
  void run_guard(Clock::duration to_meet);
  void beat(int64_t number, Clock::duration step);
  void judge_ranks();
  void lose_store(const std::string& how);
  void decide(const Verdict& verdict, bool show = false);
  void let_others_see();
  std::string loss(int rank, const std::string& how) const;
  bool is_speaker() const;
  Clock::duration step_since(Clock::time_point& last) const;
  double seconds_of(Clock::duration time) const;

  const Launch launch_;
  const Clock::duration interval_, grace_, limit_;
  std::vector<std::string> hosts_;
  c10::intrusive_ptr<c10d::Store> store_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Verdict> verdict_;
  std::vector<Silence> silences_;  // of each rank, at the pulse's last look
  bool all_saw_ = false;           // of those that live: they know the verdict
  int threads_ = 0;

  std::atomic<int64_t> rounds_ = 0;  // of the pulse: the guard sees that the store answers
  std::atomic<bool> begun_ = false, suspected_ = false, parting_ = false, hushed_ = false,
                    stopping_ = false;
};

}  // namespace trm::dist
