#include "tests/kernels/emulation/grid.h"

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/kernels/emulation/fibre.h"
#include "tests/kernels/emulation/shared_memory.h"

namespace trm::emulation {
namespace {

constexpr unsigned kLanes = 32;
constexpr size_t kSharedBytes = 48 << 10;

// A fibre and the thread whose code it runs.
struct Runner {
  explicit Runner(std::function<void()> body) : fibre(std::move(body)) {}
  Fibre fibre;
  unsigned thread = 0;
};

// Threads that wait for each other.
struct Meeting {
  std::vector<Runner*> waiting;
  std::source_location place;  // where they wait
  unsigned rounds = 0;         // how often all were here
};

struct Warp {
  Meeting meeting;
  std::array<std::array<uint64_t, kLanes>, 2> words{};  // given in this round and the one before
};

// Ends a thread whose block has a fault.
struct Abandoned {};

std::string name_of(std::source_location place) {
  return std::filesystem::path(place.file_name()).filename().string() + ":" +
         std::to_string(place.line());
}

bool same(const std::source_location& a, const std::source_location& b) {
  return a.line() == b.line() && std::string_view(a.file_name()) == b.file_name();
}

Index index_in(Size size, uint64_t number) {
  return {static_cast<unsigned>(number % size.x), static_cast<unsigned>(number / size.x % size.y),
          static_cast<unsigned>(number / size.x / size.y)};
}

class Block {
 public:
  void run(const std::function<void()>& thread);
  void meet(Meeting& meeting, unsigned expected, std::source_location place);
  void meet_all(std::source_location place) { meet(all_, threads_, place); }
  uint64_t exchange(uint64_t word, unsigned from, std::source_location place);
  unsigned thread() const { return running_->thread; }

 private:
  void work();
  void resume(Runner* runner);
  Runner* idle_runner();
  Runner* ready_runner();
  void expect_all_met();
  void abandon();

  const std::function<void()>* code_ = nullptr;
  unsigned threads_ = 0;
  std::vector<unsigned> pending_;  // threads that have not begun
  std::vector<std::unique_ptr<Runner>> runners_;
  std::vector<Runner*> idle_, ready_;  // without a thread; with one that may go on
  Runner* running_ = nullptr;
  Meeting all_;
  std::vector<Warp> warps_;
  std::exception_ptr fault_;
  bool abandoned_ = false;
  std::mt19937 random_{1};
};

// The body of every fibre: it runs threads until one waits, and goes on when that may.
void Block::work() {
  for (;;) {
    while (!pending_.empty()) {
      running_->thread = pending_.back();
      pending_.pop_back();
      position.thread = index_in(position.block_size, running_->thread);
      try {
        (*code_)();
      } catch (const Abandoned&) {
      } catch (...) {
        if (!fault_) fault_ = std::current_exception();
        pending_.clear();
      }
    }
    idle_.push_back(running_);
    Fibre::pause();
  }
}

Runner* Block::idle_runner() {
  if (idle_.empty()) {
    runners_.push_back(std::make_unique<Runner>([this] { work(); }));
    return runners_.back().get();
  }
  auto* runner = idle_.back();
  idle_.pop_back();
  return runner;
}

Runner* Block::ready_runner() {
  std::swap(ready_[random_() % ready_.size()], ready_.back());
  auto* runner = ready_.back();
  ready_.pop_back();
  return runner;
}

void Block::resume(Runner* runner) {
  running_ = runner;
  position.thread = index_in(position.block_size, runner->thread);
  runner->fibre.resume();
}

void Block::run(const std::function<void()>& thread) {
  code_ = &thread;
  threads_ = static_cast<unsigned>(position.block_size.count());
  warps_.resize((threads_ + kLanes - 1) / kLanes);
  pending_.resize(threads_);
  std::iota(pending_.begin(), pending_.end(), 0U);
  std::shuffle(pending_.begin(), pending_.end(), random_);
  while (!pending_.empty() || !ready_.empty()) {
    const bool begin = ready_.empty() || (!pending_.empty() && random_() % 2 == 0);
    resume(begin ? idle_runner() : ready_runner());
  }
  if (!fault_) expect_all_met();
  if (!fault_) return;
  abandon();
  std::rethrow_exception(std::exchange(fault_, nullptr));
}

void Block::expect_all_met() {
  const auto expect_met = [&](const Meeting& meeting, unsigned expected, const std::string& what) {
    if (meeting.waiting.empty() || fault_) return;
    fault_ = std::make_exception_ptr(Fault(what + " at " + name_of(meeting.place) + ": only " +
                                           std::to_string(meeting.waiting.size()) + " of " +
                                           std::to_string(expected) + " threads reach it"));
  };
  expect_met(all_, threads_, "a barrier");
  for (const auto& warp : warps_) expect_met(warp.meeting, kLanes, "a shuffle");
}

void Block::abandon() {
  abandoned_ = true;
  const auto end = [&](Meeting& meeting) {
    for (auto* runner : std::exchange(meeting.waiting, {})) resume(runner);
  };
  end(all_);
  for (auto& warp : warps_) end(warp.meeting);
  abandoned_ = false;
}

void Block::meet(Meeting& meeting, unsigned expected, std::source_location place) {
  if (!meeting.waiting.empty() && !same(place, meeting.place)) {
    throw Fault("threads that are to meet wait at " + name_of(meeting.place) + " and at " +
                name_of(place));
  }
  meeting.place = place;
  if (meeting.waiting.size() + 1 == expected) {
    ready_.insert(ready_.end(), meeting.waiting.begin(), meeting.waiting.end());
    meeting.waiting.clear();
    ++meeting.rounds;
    return;
  }
  meeting.waiting.push_back(running_);
  Fibre::pause();
  if (abandoned_) throw Abandoned{};
}

uint64_t Block::exchange(uint64_t word, unsigned from, std::source_location place) {
  auto& warp = warps_[running_->thread / kLanes];
  auto& words = warp.words[warp.meeting.rounds % 2];
  words[running_->thread % kLanes] = word;
  meet(warp.meeting, kLanes, place);
  return words[from];
}

Block& block() {
  static Block the_one;
  return the_one;
}

}  // namespace

bool fits_device(Size grid, Size block_size, size_t dynamic_bytes) {
  const auto within = [](Size size, Size most) {
    return size.count() > 0 && size.x <= most.x && size.y <= most.y && size.z <= most.z;
  };
  return within(grid, {INT32_MAX, 65535, 65535}) && within(block_size, {1024, 1024, 64}) &&
         block_size.count() <= 1024 && dynamic_bytes <= kSharedBytes;
}

void run_grid(Size grid, Size block_size, const std::function<void()>& thread) {
  position.grid_size = grid;
  position.block_size = block_size;
  const uint64_t first = last_blocks == 0 ? 0 : grid.count() - std::min(last_blocks, grid.count());
  for (uint64_t b = grid.count(); b-- > first;) {
    position.block = index_in(grid, b);
    poison_shared_memory();
    block().run(thread);
    if (b > first) continue;
    const size_t bytes = written_shared_bytes();
    if (bytes > kSharedBytes) {
      throw Fault("a block has " + std::to_string(bytes) + " bytes of shared memory; " +
                  std::to_string(kSharedBytes) + " is all there is");
    }
  }
}

void meet_block(std::source_location place) { block().meet_all(place); }

uint64_t exchange(unsigned mask, uint64_t word, unsigned from, std::source_location place) {
  if (mask != 0xFFFFFFFFU || from >= kLanes) {
    throw Fault("a shuffle at " + name_of(place) + " that is not of the whole warp");
  }
  return block().exchange(word, from, place);
}

unsigned lane() { return block().thread() % kLanes; }

}  // namespace trm::emulation
