#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>

#include "bench/run_cost.h"
#include "sweep/member_notes.h"
#include "sweep/slots.h"

namespace trm::sweep {

// A member's trm-train while it goes on, with the lock that it shares with this process.
class MemberRun {
 public:
  enum class End {
    kDone,     // with the test at its end
    kStopped,  // by a signal that it was told, after saving
    kFailed
  };

  // Starts it. `trainer`: trm-train's file. `blocked`: signals that it begins with blocked. Error
  // where the system has no room for it.
  MemberRun(const Member& member, const bench::RunCost& cost, const Slot& slot,
            const std::string& trainer, std::unique_ptr<FolderLock> lock, const sigset_t& blocked);

  const Member& member() const { return *member_; }
  const Notes& notes() const { return notes_; }
  int code() const { return code_; }  // once it has ended: its exit code, or 128 + signal
  double seconds() const;             // since it was started
  void signal(int number) {
    ::kill(process_, number);
    note_signal(number);
  }
  // One that somebody else has sent to it.
  void note_signal(int number) { told_.insert(number); }

  // Whether its process has ended.
  bool has_ended();
  // How; written into its notes. `again`: where it has failed, it will be begun once more, and
  // other processes may do so.
  End end(bool again);

 private:
  const Member* member_;
  std::unique_ptr<FolderLock> lock_;
  Notes notes_;
  std::chrono::steady_clock::time_point began_;
  pid_t process_ = 0;
  std::set<int> told_;
  int status_ = 0, code_ = 0;
};

// The trm-train that lies beside this program. Error where there is none.
std::string trainer_beside();

}  // namespace trm::sweep
