#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace trm {

// Where the time of a training step goes on a processor. Copies: what changes the layout of an
// operand, or its type, for a product.
enum class Part : size_t { kProducts, kGate, kNorm, kCopies, kAttention, kLoss };
inline constexpr size_t kParts = 6;
std::string_view name_of(Part part);

// Seconds by part, summed over all threads.
using PartSeconds = std::array<double, kParts>;

// Scopes are timed from start to stop; else they cost a look at one flag. One clock in a program.
void start_part_clock();
PartSeconds stop_part_clock();

// The time from here to the end of the scope is the part's; that of a scope within it is not.
class PartScope {
 public:
  explicit PartScope(Part part) {
    if (running.load(std::memory_order_relaxed)) enter(part);
  }
  ~PartScope() {
    if (entered_) leave();
  }
  PartScope(const PartScope&) = delete;
  PartScope& operator=(const PartScope&) = delete;

 private:
  friend void start_part_clock();
  friend PartSeconds stop_part_clock();
  using Clock = std::chrono::steady_clock;

  void enter(Part part);
  void leave();

  static std::atomic<bool> running;

  bool entered_ = false;
  Part part_ = Part::kProducts;
  Clock::time_point since_;
  PartScope* outer_ = nullptr;
};

}  // namespace trm
