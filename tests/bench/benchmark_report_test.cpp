#include <nlohmann/json.hpp>
#include <sstream>

#include "bench/benchmark.h"
#include "tests/catch.h"

namespace trm::bench {
namespace {

// The published maze model on a large GPU: the longest numbers that there are.
Benchmark on_gpu() {
  Benchmark b;
  b.timing = {.step = 1.234567, .data = 0.001};
  b.peak_memory_bytes = int64_t{115} << 30;
  b.limit_seconds = 0.987654;
  b.limit_gflops = 543210.9;
  b.best_square_gflops = 765432.1;
  b.compute.device = torch::Device("cuda:0");
  b.compute.precision = at::kBFloat16;
  return b;
}

Benchmark on_processor() {
  auto b = on_gpu();
  b.compute.device = at::kCPU;
  b.timing.phases = {.forward = 0.5, .backward = 0.6, .optimizer = 0.1};
  b.timing.parts = PartSeconds{};
  b.timing.parts->fill(0.123456);
  return b;
}

TEST_CASE("a benchmark's table fits a terminal of 80 columns", "[unit]") {
  for (const auto& b : {on_gpu(), on_processor()}) {
    std::istringstream lines(benchmark_text(b, /*products=*/false));
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      CHECK(line.size() <= 80);
    }
  }
}

TEST_CASE("a step that is replayed has no parts", "[unit]") {
  CHECK(benchmark_text(on_gpu(), false).find("backward") == std::string::npos);
  CHECK_FALSE(benchmark_json(on_gpu()).contains("backward_seconds"));
  CHECK(benchmark_text(on_processor(), false).find("  backward        600.000 ms\n") !=
        std::string::npos);
  CHECK(benchmark_json(on_processor())["backward_seconds"] == 0.6);
}

}  // namespace
}  // namespace trm::bench
