#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "core/interrupt.h"
#include "core/log.h"

namespace trm::fetch {

// How long a server is waited for, and what happens meanwhile.
struct Patience {
  using Milliseconds = std::chrono::milliseconds;

  Milliseconds connect{20'000};
  Milliseconds stall{30'000};  // a connection slower than this for so long is given up:
  int64_t least_bytes_per_second = 1024;
  int tries = 5;                                           // in a row that brought nothing
  Milliseconds first_pause{1'000}, longest_pause{30'000};  // before a retry; doubled each time

  std::function<bool()> stopped = [] { return interrupt_signal() != 0; };
  std::function<void(const std::string&)> tell = [](const std::string& text) { log_info(text); };
};

}  // namespace trm::fetch
