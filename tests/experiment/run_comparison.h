#pragma once

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/file.h"
#include "run/checkpoint.h"
#include "tests/catch.h"

namespace trm {

// metrics.jsonl without the times. A last line that is cut off is left out.
inline std::vector<nlohmann::json> log_of(const fs::path& run) {
  std::vector<nlohmann::json> lines;
  std::ifstream file(run / "metrics.jsonl");
  for (std::string text; std::getline(file, text);) {
    const auto line = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!line.is_object()) continue;
    auto& kept = lines.emplace_back(nlohmann::json::object());
    for (const auto& [key, value] : line.items()) {
      if (!key.ends_with("seconds") && !key.ends_with("per_second")) kept[key] = value;
    }
  }
  return lines;
}

// The same less the tests with which it ended before it was continued with more steps.
inline std::vector<nlohmann::json> log_in_one_go(const fs::path& run) {
  auto lines = log_of(run);
  if (lines.empty()) return lines;
  const auto end = std::remove_if(lines.begin(), lines.end() - 1, [](const auto& line) {
    return line.contains("weights_of_step");
  });
  lines.erase(end, lines.end() - 1);
  return lines;
}

// Every bit of every tensor of every part of two checkpoints.
inline void check_equal_checkpoints(const fs::path& a, const fs::path& b) {
  const run::Checkpoint first(a), second(b);
  int compared = 0;
  for (const char* part : {"weights", "ema", "optimizer", "carry", "sums"}) {
    const auto left = first.load(part), right = second.load(part);
    REQUIRE(left.tensors.size() == right.tensors.size());
    for (const auto& [name, value] : left.tensors) {
      INFO(part << " " << name);
      CHECK(value.equal(right.at(name)));
      ++compared;
    }
  }
  CHECK(compared > 40);
}

}  // namespace trm
