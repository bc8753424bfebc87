#include "core/part_clock.h"

#include <thread>

#include "tests/catch.h"

namespace trm {
namespace {

void wait_for(double seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (std::chrono::steady_clock::now() < end) {
  }
}

double of(const PartSeconds& seconds, Part part) { return seconds[static_cast<size_t>(part)]; }

TEST_CASE("a part's time is without that of the parts within it, over all threads", "[unit]") {
  { const PartScope before(Part::kGate); }
  start_part_clock();
  const auto work = [] {
    const PartScope gate(Part::kGate);
    wait_for(0.002);
    const PartScope products(Part::kProducts);
    wait_for(0.01);
  };
  const auto start = std::chrono::steady_clock::now();
  std::thread other(work);
  work();
  other.join();
  const double most =
      2 * std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto seconds = stop_part_clock();
  CHECK(of(seconds, Part::kProducts) >= 0.02);
  CHECK(of(seconds, Part::kGate) >= 0.004);
  CHECK(of(seconds, Part::kGate) + of(seconds, Part::kProducts) <= most);
  CHECK(of(seconds, Part::kNorm) == 0);
  work();  // the clock stands
  start_part_clock();
  CHECK(of(stop_part_clock(), Part::kProducts) == 0);
}

}  // namespace
}  // namespace trm
