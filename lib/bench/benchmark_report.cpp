#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bench/benchmark.h"
#include "core/terminal.h"
#include "experiment/metrics.h"

namespace trm::bench {
namespace {

double gflops(const ProductTiming& product) {
  return product.shape.operations() / product.seconds * 1e-9;
}

std::string name_of(const nn::Product& p) {
  const auto one = fmt::format("[{} x {}] [{} x {}]", p.m, p.k, p.k, p.n);
  return p.batch == 1 ? one : fmt::format("{} of {}", p.batch, one);
}

// Name and seconds of what a step's time goes to, and at the end what no part has.
std::vector<std::pair<std::string, double>> parts_of(const StepTiming& t) {
  std::vector<std::pair<std::string, double>> parts;
  const double optimizer = t.phases.value().optimizer;
  double rest = t.step - optimizer - t.data;
  for (size_t i = 0; i < kParts; ++i) {
    parts.emplace_back(name_of(static_cast<Part>(i)), (*t.parts)[i]);
    rest -= (*t.parts)[i];
  }
  parts.emplace_back("optimizer", optimizer);
  parts.emplace_back("data", t.data);
  parts.emplace_back("rest", std::max(0.0, rest));
  return parts;
}

}  // namespace

std::string benchmark_text(const Benchmark& b, bool products) {
  const auto& t = b.timing;
  std::string text =
      fmt::format("{}, {}, {} threads, {}\n", b.compute.device.is_cuda() ? "cuda" : "cpu",
                  b.compute.precision == at::kBFloat16 ? "bfloat16" : "float32", b.compute.threads,
                  experiment::made_by());
  const auto row = [&](const char* name, double seconds) {
    text += fmt::format("  {:<12} {:>10.3f} ms\n", name, 1e3 * seconds);
  };
  row("step", t.step);
  if (t.phases) {
    row("forward", t.phases->forward);
    row("backward", t.phases->backward);
    row("optimizer", t.phases->optimizer);
  }
  row("data", t.data);
  row("limit", b.limit_seconds);
  text += fmt::format("  {:<12} {:>10.2f}  steps a second\n", "rate", b.steps_per_second);
  text += fmt::format("  {:<12} {:>10.2f}  step over limit\n", "ratio", t.step / b.limit_seconds);
  text += fmt::format("  {:<12} {:>10}\n", "peak memory",
                      human_bytes(static_cast<double>(b.peak_memory_bytes)));
  text += fmt::format("  {:<12} {:>10}  and {:.1f} {} a step after the first\n", "new memory",
                      human_bytes(t.new_bytes), t.faults,
                      b.compute.device.is_cuda() ? "allocations" : "page faults");
  text += fmt::format(
      "  products of the limit: {:.1f} GFLOP/s, {:.1f} % of the best square's {:.1f}\n",
      b.limit_gflops, 100 * b.limit_gflops / b.best_square_gflops, b.best_square_gflops);
  if (t.parts) {
    text += fmt::format("\n  {:<12} {:>13} {:>11}\n", "part", "ms", "share");
    for (const auto& [name, seconds] : parts_of(t)) {
      text += fmt::format("  {:<12} {:>13.3f} {:>9.1f} %\n", name, 1e3 * seconds,
                          100 * seconds / t.step);
    }
    const double spent = (*t.parts)[static_cast<size_t>(Part::kProducts)];
    const double operations = b.limit_gflops * b.limit_seconds;
    text += fmt::format("  the step's products: {:.1f} GFLOP/s, {:.1f} % of the best square's\n",
                        operations / spent, 100 * operations / spent / b.best_square_gflops);
  }
  if (!products) return text;
  text += fmt::format("\n  {:>6} {:<44} {:>10} {:>8}  fastest way\n", "times", "product", "each ms",
                      "GFLOP/s");
  for (const auto& p : b.products) {
    text += fmt::format("  {:>6} {:<44} {:>10.4f} {:>8.1f}  {}\n", p.times, name_of(p.shape),
                        1e3 * p.seconds, gflops(p), p.fastest);
  }
  return text;
}

nlohmann::ordered_json benchmark_json(const Benchmark& b) {
  const auto& t = b.timing;
  nlohmann::ordered_json json = {
      {"steps_per_second", b.steps_per_second},
      {"step_seconds", t.step},
      {"data_seconds", t.data},
      {"peak_memory_bytes", b.peak_memory_bytes},
      {"new_bytes_per_step", t.new_bytes},
      {"faults_per_step", t.faults},
      {"limit_seconds", b.limit_seconds},
      {"limit_gflops", b.limit_gflops},
      {"best_square_gflops", b.best_square_gflops},
      {"device", b.compute.device.is_cuda() ? "cuda" : "cpu"},
      {"precision", b.compute.precision == at::kBFloat16 ? "bfloat16" : "float32"},
      {"threads", b.compute.threads},
      {"made_by", experiment::made_by()}};
  if (t.phases) {
    json["forward_seconds"] = t.phases->forward;
    json["backward_seconds"] = t.phases->backward;
    json["optimizer_seconds"] = t.phases->optimizer;
  }
  if (t.parts) {
    for (const auto& [name, seconds] : parts_of(t)) json["part_seconds"][name] = seconds;
  }
  json["products"] = nlohmann::ordered_json::array();
  for (const auto& p : b.products) {
    json["products"].push_back({{"batch", p.shape.batch},
                                {"m", p.shape.m},
                                {"k", p.shape.k},
                                {"n", p.shape.n},
                                {"times", p.times},
                                {"seconds", p.seconds},
                                {"gflops", gflops(p)},
                                {"way", p.fastest}});
  }
  return json;
}

}  // namespace trm::bench
