#pragma once

#include <unistd.h>

#include <string>

#include "core/file.h"
#include "run/checkpoint.h"
#include "tests/catch.h"

namespace trm::run {

inline Manifest manifest_at(int64_t step) {
  return {.step = step,
          .log_bytes = 0,
          .made_by = "test",
          .data_hash = "00",
          .spec = {{"cells", 16}, {"vocabulary", 6}, {"puzzles", 1}}};
}

inline void save(const fs::path& folder, int64_t step, float value = 1) {
  Archive weights;
  weights.add("w", torch::full({3}, value));
  save_checkpoint(folder, manifest_at(step), "seed: 0\n", {{"weights", weights}, {"ema", {}}});
}

inline const auto kIgnore = [](const std::string&) {};

// What `action` says, run by a user whom permissions hold back: root passes them.
template <class Action>
std::string as_another_user(Action&& action) {
  const auto user = ::geteuid();
  if (user == 0 && ::seteuid(65534) != 0) return "no other user";
  std::string text;
  try {
    text = action();
  } catch (const std::exception& error) {
    text = error.what();
  }
  if (user == 0) REQUIRE(::seteuid(user) == 0);
  return text;
}

}  // namespace trm::run
