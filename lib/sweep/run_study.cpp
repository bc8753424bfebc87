#include "sweep/run_study.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <set>

#include "core/log.h"
#include "core/terminal.h"
#include "sweep/display.h"
#include "sweep/halving.h"
#include "sweep/member_run.h"
#include "sweep/run_log.h"

namespace trm::sweep {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kOurBug = 70;
class Runner {
 public:
  Runner(const Study& study, const RunOptions& options, const HeldSignals& signals)
      : study_(study),
        options_(options),
        signals_(signals),
        members_(selected(study, options)),
        costs_(check_members(study, members_)),
        slots_(slots_of(options.jobs, options.devices, members_)),
        trainer_(trainer_beside()),
        halving_(study),
        display_(Display::to_stderr()) {
    check_halving(study);
    for (const auto* member : members_) {
      const auto notes = read_notes(*member);
      seen_[member] = notes ? notes->attempt : "";
      pending_.push_back(member);
    }
    for (size_t i = slots_.size(); i > 0; --i) free_slots_.push_back(i - 1);
  }
  // A run that is left behind by an error here ends as it does when this process is killed.
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  RunResult run() {
    for (;;) {
      collect();
      look_at_rungs();
      hear(std::chrono::milliseconds(0));
      if (result_.signal == 0 && !spent_) begin_what_is_free();
      if (running_.empty() && (pending_.empty() || result_.signal != 0 || spent_)) break;
      show();
      hear(std::chrono::milliseconds(200));
    }
    display_.clear();
    result_.unfinished = pending_.size();
    return result_;
  }

 private:
  struct Running {
    MemberRun run;
    size_t slot;
    bool waits = false;  // it was stopped at a rung
    bool is_new = true;  // it may have been begun after a signal that waits to be heard
  };

  const bench::RunCost& cost_of(const Member& member) const { return costs_.at(member.variant); }

  // Takes what signals there are; waits for the first.
  void hear(std::chrono::milliseconds most) {
    while (const auto signal = signals_.wait(most)) {
      take_signal(*signal);
      most = std::chrono::milliseconds(0);
    }
    for (auto& running : running_) running.is_new = false;
  }

  void take_signal(const HeldSignals::Signal& signal) {
    if (signal.number == SIGCHLD) return;
    if (signal.number != SIGUSR1 && result_.signal == 0) {
      result_.signal = signal.number;
      say(fmt::format("stopping: {} runs save", running_.size()));
    }
    // What a terminal sends goes to all that are in its group by then.
    for (auto& running : running_) {
      const bool has_it = signal.of_terminal && !running.is_new;
      has_it ? running.run.note_signal(signal.number) : running.run.signal(signal.number);
    }
  }

  void say(const std::string& text) {
    display_.clear();
    log_info(text);
  }

  // At most once a second: logs are read for it.
  void look_at_rungs() {
    if (study_.definition.halving.rungs.empty() || Clock::now() < look_at_rungs_) return;
    look_at_rungs_ = Clock::now() + std::chrono::milliseconds(500);
    const auto has_failed = [&](const Member& member) { return failed_.contains(&member); };
    for (const auto& text : halving_.decide(has_failed)) say(text);
    for (auto& running : running_) {
      const auto& member = running.run.member();
      if (running.waits || !(halving_.waits(member) || halving_.is_dropped(member))) continue;
      running.waits = true;
      running.run.signal(SIGTERM);
    }
  }

  // Looks at each waiting run at most once a second: others may hold its lock.
  void begin_what_is_free() {
    if (free_slots_.empty() || (Clock::now() < look_at_ && !ended_)) return;
    ended_ = false;
    look_at_ = Clock::now() + std::chrono::seconds(1);
    elsewhere_ = 0;
    for (auto at = pending_.begin(); at != pending_.end() && !free_slots_.empty();) {
      const auto* member = *at;
      if (halving_.is_dropped(*member)) {
        ++result_.dropped;
        at = pending_.erase(at);
        continue;
      }
      if (halving_.waits(*member)) {
        ++at;
        continue;
      }
      auto lock = take(*member);
      if (!lock) {
        ++elsewhere_;
        ++at;
        continue;
      }
      if (!settled(*member)) {
        if (is_spent()) return;
        begin(*member, std::move(lock));
      }
      at = pending_.erase(at);
    }
  }

  // Whether nothing is left to do for a run: it is done, or another process saw it fail since this
  // one began.
  bool settled(const Member& member) {
    if (is_done(member, cost_of(member).steps)) {
      ++result_.done;
      return true;
    }
    const auto notes = read_notes(member);
    const bool failed_elsewhere =
        notes && notes->state == "failed" && notes->attempt != seen_[&member];
    if (!failed_elsewhere) return false;
    report_failure(member, *notes);
    return true;
  }

  bool is_spent() {
    if (!study_.definition.budget) return false;
    double seconds = 0;
    for (const auto& member : study_.members) seconds += read_run_log(member.folder).seconds;
    spent_ = seconds >= *study_.definition.budget * 3600;
    if (spent_)
      say(fmt::format("budget: {} of computing are spent; no further run is begun",
                      human_seconds(seconds)));
    return spent_;
  }

  void begin(const Member& member, std::unique_ptr<FolderLock> lock) {
    const auto step = read_last_line(member.folder).step;
    const auto slot = free_slots_.back();
    running_.push_back({MemberRun(member, cost_of(member), slots_[slot], trainer_, std::move(lock),
                                  signals_.before()),
                        slot, false});
    free_slots_.pop_back();
    seen_[&member] = running_.back().run.notes().attempt;
    ++attempts_[&member];
    say(step == 0 ? fmt::format("{}: begun", member.name)
                  : fmt::format("{}: goes on, it had come to step {}", member.name, step));
  }

  void collect() {
    std::erase_if(running_, [&](Running& running) {
      if (!running.run.has_ended()) return false;
      ended_ = true;
      free_slots_.push_back(running.slot);
      note_end(running.run, running.waits);
      return true;
    });
  }

  void note_end(MemberRun& run, bool waits) {
    const auto& member = run.member();
    const bool again = result_.signal == 0 && attempts_[&member] <= options_.retries;
    const auto end = run.end(again);
    if (end == MemberRun::End::kDone) {
      ++result_.done;
      const auto log = read_run_log(member.folder);
      const auto exact = log.scores.find("test/exact_accuracy");
      say(fmt::format("{}: done in {}{}", member.name, human_seconds(run.seconds()),
                      exact == log.scores.end()
                          ? ""
                          : fmt::format(", test exact {:.2f} %", 100 * exact->second)));
    } else if (end == MemberRun::End::kStopped) {
      if (waits) --attempts_[&member];  // it did not fail
      pending_.push_back(&member);
    } else if (again) {
      display_.clear();
      log_warning(fmt::format("{}: {}; begun again, {} of {}", member.name, run.notes().why,
                              attempts_[&member], options_.retries));
      pending_.push_back(&member);
    } else {
      result_.bug = result_.bug || run.code() == kOurBug;
      report_failure(member, run.notes());
    }
  }

  void report_failure(const Member& member, const Notes& notes) {
    ++result_.failed;
    failed_.insert(&member);
    display_.clear();
    std::string text = fmt::format("{}: failed: {}; all it printed is in {}", member.name,
                                   notes.why, (member.notes / "output.log").string());
    for (const auto& line : notes.last_lines) text += "\n    " + line;
    log_warning(text);
  }

  void show() {
    if (!display_.is_due()) return;
    Overview overview;
    double left = 0, pace = 0;  // in operations, because steps of different rows differ
    for (const auto& running : running_) {
      const auto& member = running.run.member();
      const auto log = read_last_line(member.folder);
      const auto a_step = cost_of(member).step.operations;
      const auto steps = running.run.notes().steps;
      overview.running.push_back({member.name, log.step, steps, log.loss, log.rate});
      left += static_cast<double>(std::max<int64_t>(0, steps - log.step)) * a_step;
      pace += log.rate.value_or(0) * a_step;
    }
    for (const auto* member : pending_)
      left += static_cast<double>(cost_of(*member).steps) * cost_of(*member).step.operations;
    if (pace > 0) overview.seconds_left = left / pace;
    overview.elsewhere = std::min(elsewhere_, pending_.size());
    overview.waiting = pending_.size() - overview.elsewhere;
    overview.done = result_.done;
    overview.failed = result_.failed;
    display_.update(overview);
  }

  const Study& study_;
  const RunOptions& options_;
  const HeldSignals& signals_;
  std::vector<const Member*> members_;
  std::map<size_t, bench::RunCost> costs_;
  std::vector<Slot> slots_;
  std::string trainer_;
  Halving halving_;
  Display display_;
  std::deque<const Member*> pending_;
  std::vector<size_t> free_slots_;
  std::vector<Running> running_;
  std::map<const Member*, int64_t> attempts_;  // of this process
  std::map<const Member*, std::string> seen_;  // the last attempt that is known of
  std::set<const Member*> failed_;             // for good, since this process began
  RunResult result_;
  Clock::time_point look_at_ = Clock::now(), look_at_rungs_ = look_at_;
  size_t elsewhere_ = 0;
  bool ended_ = false;  // some run since the last look
  bool spent_ = false;  // the budget
};

}  // namespace

int RunResult::code() const {
  constexpr int kUserError = 2;
  if (signal != 0) return 128 + signal;
  if (bug) return kOurBug;
  return failed > 0 ? kUserError : 0;
}

std::vector<const Member*> selected(const Study& study, const RunOptions& options) {
  if (!study.definition.halving.rungs.empty() && (options.index || !options.only.empty()))
    throw Error("halving: compares all rows; leave out --only and --index");
  const auto members = members_of(study, options.only);
  if (!options.index) return members;
  const auto count = static_cast<int64_t>(members.size());
  if (*options.index >= count)
    throw Error(fmt::format("--index: {}, and there are {} runs; they count from 0", *options.index,
                            count));
  return {members[static_cast<size_t>(*options.index)]};
}

RunResult run_study(const Study& study, const RunOptions& options, const HeldSignals& signals) {
  return Runner(study, options, signals).run();
}

}  // namespace trm::sweep
