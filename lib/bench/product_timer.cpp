#include "bench/product_timer.h"

#include <ATen/ops/bmm.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "core/statistics.h"
#include "kernels/product.h"
#include "tensor/workers.h"

namespace trm::bench {
namespace {

using kernels::Library;
using torch::Tensor;

// A call that takes `seconds` is repeated so that a measurement lasts about this long.
constexpr double kMeasurement = 0.02;
constexpr int kMeasurements = 7;

template <class F>
double seconds_of(const torch::Device& device, int64_t calls, const F& call) {
  synchronize(device);
  const auto start = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < calls; ++i) call();
  synchronize(device);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() /
         static_cast<double>(calls);
}

template <class F>
double median_seconds(const torch::Device& device, const F& call) {
  seconds_of(device, 1, call);
  const double once = seconds_of(device, 1, call);
  const auto calls = std::clamp<int64_t>(static_cast<int64_t>(kMeasurement / once), 1, 10000);
  std::vector<double> runs;
  for (int i = 0; i < kMeasurements; ++i) runs.push_back(seconds_of(device, calls, call));
  return median_of(std::move(runs));
}

// [batch, rows, columns], stored with rows and columns exchanged where `transposed`.
Tensor operand(int64_t batch, int64_t rows, int64_t columns, bool transposed,
               const at::TensorOptions& options) {
  const auto x = transposed ? torch::randn({batch, columns, rows}, options).transpose(1, 2)
                            : torch::randn({batch, rows, columns}, options);
  return x;
}

}  // namespace

ProductTimer::Timed ProductTimer::time(const nn::Product& p) {
  const auto known = known_.find(p);
  if (known != known_.end()) return known->second;
  std::vector<Timed> timed(static_cast<size_t>(workers_));
  auto compute = compute_;
  compute.threads = workers_;
  for_each_item(compute, workers_, [&](int64_t /*worker*/, int64_t item) {
    timed[static_cast<size_t>(item)] = measure(p);
  });
  auto& mean = known_[p] = timed.front();
  mean.seconds = 0;
  for (const auto& of_worker : timed)
    mean.seconds += of_worker.seconds / static_cast<double>(workers_);
  return mean;
}

ProductTimer::Timed ProductTimer::measure(const nn::Product& p) const {
  torch::NoGradGuard no_grad;
  const auto type = kernels::multiplied_in(compute_.device, compute_.precision);
  const auto options = torch::dtype(type).device(compute_.device);
  Timed best{1e30, ""};
  const auto consider = [&](const std::string& way, const auto& call) {
    const double seconds = median_seconds(compute_.device, call);
    if (seconds < best.seconds) best = {seconds, way};
  };
  for (const int layout : {0, 1, 2}) {
    const auto a = operand(p.batch, p.m, p.k, layout == 1, options);
    const auto b = operand(p.batch, p.k, p.n, layout == 2, options);
    auto out = torch::empty({p.batch, p.m, p.n}, options);
    const std::string name = layout == 0 ? " a b" : layout == 1 ? " a^T b" : " a b^T";
    for (const auto library : kernels::libraries(compute_.device)) {
      consider(std::string(kernels::name_of(library)) + name, [&] {
        for (int64_t i = 0; i < p.batch; ++i)
          kernels::multiply_with(library, a[i], b[i], out[i], 0);
      });
    }
    if (p.batch > 1) consider("batched" + name, [&] { at::bmm_out(out, a, b); });
  }
  if (p.batch > 1 && p.along != nn::Product::Joins::kNothing) {
    const auto joined = measure(p.joined());
    if (joined.seconds < best.seconds) best = {joined.seconds, "as one, " + joined.way};
  }
  return best;
}

}  // namespace trm::bench
