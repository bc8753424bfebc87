#include "dist/pulse.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <thread>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "core/interrupt.h"
#include "core/log.h"
#include "core/printable.h"
#include "dist/watch.h"

namespace trm::dist {
namespace {

using std::chrono::milliseconds;
using Duration = std::chrono::steady_clock::duration;

constexpr const char* kFailure = "failure";
constexpr int kBeatsOfSilence = 5;  // of a rank whose connection broke: it is dead

std::string beat_key(int rank) { return "beat/" + std::to_string(rank); }

// "code rank text", in the store: ranks that find the same at once write different things.
std::string written(const Verdict& verdict, int rank) {
  return fmt::format("{} {} {}", verdict.code, rank, verdict.text);
}

Verdict read_verdict(const std::string& written) {
  std::istringstream words(written);
  int code = 0, rank = 0;
  std::string text;
  words >> code >> rank;
  std::getline(words >> std::ws, text);
  // It comes over the network; 0 would be no failure.
  return {printable(text, 4000), code > 0 && code < 256 ? code : kLostCode};
}

Duration interval_of(Duration timeout, int ranks) {
  const auto most = std::max<Duration>(milliseconds(200), milliseconds(10) * ranks);
  return std::min(most, timeout / 10);
}

}  // namespace

Pulse::Pulse(const Launch& launch, milliseconds timeout)
    : launch_(launch),
      interval_(interval_of(timeout, launch.ranks)),
      grace_(std::clamp<Clock::duration>(timeout / 4, milliseconds(500), std::chrono::seconds(5))),
      limit_(timeout - std::min<Clock::duration>(grace_, timeout / 2)),
      silences_(static_cast<size_t>(launch.ranks)) {}

void Pulse::prepare(c10d::Store& store, int ranks) {
  store.set(kFailure, std::string());
  for (int rank = 0; rank < ranks; ++rank) store.set(beat_key(rank), std::string());
}

void Pulse::look(c10d::Store& store) {
  ++rounds_;
  if (!store.check({kFailure})) return;
  if (const auto text = store.get_to_str(kFailure); !text.empty()) {
    decide(read_verdict(text));
    check();
  }
}

void Pulse::guard(milliseconds to_meet) {
  {
    const std::lock_guard lock(mutex_);
    ++threads_;
  }
  std::thread([self = shared_from_this(), to_meet] { self->run_guard(to_meet); }).detach();
}

void Pulse::begin(c10::intrusive_ptr<c10d::Store> store, std::vector<std::string> hosts) {
  store_ = std::move(store);
  hosts_ = std::move(hosts);
  {
    const std::lock_guard lock(mutex_);
    ++threads_;
  }
  begun_ = true;
  std::thread([self = shared_from_this()] { self->run_pulse(); }).detach();
}

Duration Pulse::step_since(Clock::time_point& last) const {
  const auto now = Clock::now();
  const auto step = std::min(now - last, 2 * interval_);
  last = now;
  return step;
}

double Pulse::seconds_of(Duration time) const {
  return std::chrono::duration<double>(time).count();
}

std::string Pulse::name_of(int rank) const {
  const auto index = static_cast<size_t>(rank);
  return fmt::format("rank {} on {}", rank,
                     index < hosts_.size() ? hosts_[index] : std::string("?"));
}

std::string Pulse::loss(int rank, const std::string& how) const {
  return fmt::format("lost {}: {}; start the run again", name_of(rank), how);
}

// Where the store is lost, ranks cannot agree on who speaks: on each host the lowest that may live.
bool Pulse::is_speaker() const {
  const auto own = static_cast<size_t>(launch_.rank);
  const size_t first = launch_.agent_store ? 0 : 1;  // rank 0 served the store
  for (size_t r = first; r < own; ++r) {
    if (hosts_[r] == hosts_[own]) return false;
  }
  return true;
}

std::optional<Verdict> Pulse::verdict() {
  const std::lock_guard lock(mutex_);
  return verdict_;
}

// It is shown before anybody learns of it, since the process ends soon after.
void Pulse::decide(const Verdict& verdict, bool show) {
  {
    const std::lock_guard lock(mutex_);
    if (verdict_) return;
    if (show) log_error(verdict.text);
    verdict_ = verdict;
  }
  changed_.notify_all();
}

// The first to write is the one that shows it.
void Pulse::claim(c10d::Store& store, const Verdict& verdict) {
  const auto text = written(verdict, launch_.rank);
  const auto first = store.compareSet(kFailure, std::string(), text);
  const bool ours = first == text;
  decide(ours ? verdict : read_verdict(first), ours);
}

void Pulse::beat(int64_t number, Duration step) {
  // "+12": alive, and knows of a verdict.
  const bool knows = verdict().has_value();
  store_->set(beat_key(launch_.rank), (knows ? "+" : "") + std::to_string(number));
  std::vector<std::string> keys = {kFailure};
  for (int rank = 0; rank < launch_.ranks; ++rank) keys.push_back(beat_key(rank));
  const auto values = store_->multiGet(keys);
  const auto text = [&](size_t i) { return std::string(values[i].begin(), values[i].end()); };
  if (!text(0).empty()) decide(read_verdict(text(0)));
  {
    const std::lock_guard lock(mutex_);
    all_saw_ = true;
    for (size_t r = 0; r < silences_.size(); ++r) {
      silences_[r].add(step, text(r + 1));
      const bool alive = silences_[r].time < kBeatsOfSilence * interval_;
      if (alive && !silences_[r].last.starts_with('+')) all_saw_ = false;
    }
  }
  ++rounds_;
  changed_.notify_all();
}

// A rank that has been silent for too long is lost, the longest silent one first.
void Pulse::judge_ranks() {
  const auto limit = suspected_ ? kBeatsOfSilence * interval_ : limit_;
  int lost = -1;
  auto longest = limit;
  for (int r = 0; r < launch_.ranks; ++r) {
    const auto time = silences_[static_cast<size_t>(r)].time;
    if (r != launch_.rank && time >= longest) {
      longest = time;
      lost = r;
    }
  }
  if (lost < 0) return;
  const auto how = suspected_ ? std::string("its process ended or its connection broke")
                              : fmt::format("no answer for {:.3g} s", seconds_of(longest));
  claim(*store_, {loss(lost, how), kLostCode});
}

void Pulse::lose_store(const std::string& how) {
  if (parting_ || stopping_) return;
  const auto text = launch_.agent_store
                        ? fmt::format("lost the store of {} at {}:{}: {}; start the run again",
                                      launch_.by, launch_.address, launch_.port, how)
                        : loss(0, how);
  decide({text, kLostCode}, is_speaker() && !hushed_);
}

void Pulse::run_pulse() {
  auto last = Clock::now();
  for (int64_t number = 1; !stopping_; ++number) {
    try {
      beat(number, step_since(last));
      if (!verdict() && !parting_ && !hushed_) judge_ranks();
    } catch (const std::exception&) {
      lose_store("its process ended or its connection broke");
      break;
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, interval_, [&] { return stopping_.load(); });
  }
  const std::lock_guard lock(mutex_);
  --threads_;
  changed_.notify_all();
}

void Pulse::run_guard(Duration to_meet) {
  Silence store;
  auto last = Clock::now();
  const auto wait = [&](Duration time, auto&& until) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, until);
  };
  while (!stopping_) {
    wait(interval_, [&] { return stopping_ || verdict_.has_value(); });
    store.add(step_since(last), std::to_string(rounds_) + (begun_ ? "+" : ""));
    if (!begun_ && store.time > to_meet + std::chrono::seconds(3)) {
      log_error(fmt::format("{}:{}: no answer within {:.3g} s; see whether rank 0 hangs",
                            launch_.address, launch_.port, seconds_of(to_meet)));
      leave_at_once(kLostCode);
    }
    if (begun_ && store.time > limit_)
      lose_store(fmt::format("no answer for {:.3g} s", seconds_of(store.time)));
    // From a verdict on a process has this long to end by itself.
    if (const auto found = verdict(); found && !stopping_) {
      if (!wait(grace_, [&] { return stopping_.load(); })) leave_at_once(found->code);
    }
  }
  const std::lock_guard lock(mutex_);
  --threads_;
  changed_.notify_all();
}

// The rank that serves the store leaves last, or two seconds later.
void Pulse::let_others_see() {
  if (launch_.agent_store || !launch_.is_first() || !begun_) return;
  std::unique_lock lock(mutex_);
  const auto rounds = rounds_.load();
  changed_.wait_for(lock, std::chrono::seconds(2),
                    [&] { return all_saw_ && rounds_ > rounds + 1; });
}

void Pulse::check() {
  const auto found = verdict();
  if (!found) return;
  let_others_see();
  throw LostRank(found->text, found->code);
}

void Pulse::broken(const std::string& why) {
  suspected_ = true;
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 4 * kBeatsOfSilence * interval_, [&] { return verdict_.has_value(); });
  }
  check();
  // All ranks give signs of life: it was the connection, or c10d.
  report(fmt::format("its connection broke: {}", printable(why, 200)), kLostCode);
  check();
  throw LostRank(why, kLostCode);
}

void Pulse::report(const std::string& text, int code) {
  const Verdict own{name_of(launch_.rank) + ": " + text, code};
  try {
    if (!verdict()) claim(*store_, own);
  } catch (const std::exception&) {
    decide(own, true);
  }
  let_others_see();
}

void Pulse::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

bool Pulse::stopped() {
  stop();
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(1), [&] { return threads_ == 0; });
}

}  // namespace trm::dist
