#include "core/part_clock.h"

namespace trm {
namespace {

std::array<std::atomic<int64_t>, kParts> nanoseconds;

}  // namespace

std::atomic<bool> PartScope::running = false;

static thread_local PartScope* innermost = nullptr;

std::string_view name_of(Part part) {
  switch (part) {
    case Part::kProducts:
      return "products";
    case Part::kGate:
      return "gate";
    case Part::kNorm:
      return "norm";
    case Part::kCopies:
      return "copies";
    case Part::kAttention:
      return "attention";
    case Part::kLoss:
      return "loss";
  }
  return "";
}

void start_part_clock() {
  for (auto& part : nanoseconds) part = 0;
  PartScope::running = true;
}

PartSeconds stop_part_clock() {
  PartScope::running = false;
  PartSeconds seconds{};
  for (size_t i = 0; i < kParts; ++i) seconds[i] = 1e-9 * static_cast<double>(nanoseconds[i]);
  return seconds;
}

namespace {

void count(Part part, std::chrono::steady_clock::duration time) {
  nanoseconds[static_cast<size_t>(part)].fetch_add(
      std::chrono::duration_cast<std::chrono::nanoseconds>(time).count(),
      std::memory_order_relaxed);
}

}  // namespace

void PartScope::enter(Part part) {
  entered_ = true;
  part_ = part;
  since_ = Clock::now();
  outer_ = innermost;
  if (outer_ != nullptr) count(outer_->part_, since_ - outer_->since_);
  innermost = this;
}

void PartScope::leave() {
  const auto now = Clock::now();
  count(part_, now - since_);
  if (outer_ != nullptr) outer_->since_ = now;
  innermost = outer_;
}

}  // namespace trm
