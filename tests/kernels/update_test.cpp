#include "kernels/update.h"

#include <cmath>
#include <set>

#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

using torch::Tensor;
using Step = void (*)(const Tensor&, const Tensor&, const Tensor&, const Tensor&, const Tensor&,
                      const Tensor&);

// Scalars of step t with beta 0.9 and 0.95.
AdamScalars scalars_of(int t) {
  return {static_cast<float>(1e-2 / (1 - std::pow(0.9, t))),
          1 - 1e-2F * 0.1F,
          0.1F,
          0.05F,
          static_cast<float>(1 / std::sqrt(1 - std::pow(0.95, t))),
          1e-8F};
}
Tensor tensor_of(const AdamScalars& s) {
  return torch::tensor({s.rate, s.decay, s.gain1, s.gain2, s.inverse_bias2, s.epsilon});
}

struct State {
  Tensor p, m, v;
  State clone() const { return {p.clone(), m.clone(), v.clone()}; }
};
State fresh(int64_t count) {
  return {normal({count}, at::kFloat, 1), torch::zeros({count}), torch::zeros({count})};
}
State in_double(const State& s) {
  return {s.p.to(at::kDouble), s.m.to(at::kDouble), s.v.to(at::kDouble)};
}
bool same_bits(const State& a, const State& b) {
  return kernels::same_bits(a.p, b.p) && kernels::same_bits(a.m, b.m) &&
         kernels::same_bits(a.v, b.v);
}

// AdamW as its paper writes it.
void adamw_reference(const Tensor& p, const Tensor& m, const Tensor& v, const Tensor& g,
                     const AdamScalars& s) {
  m.mul_(1 - double{s.gain1}).add_(g * double{s.gain1});
  v.mul_(1 - double{s.gain2}).add_(g.square() * double{s.gain2});
  p.mul_(s.decay).sub_(double{s.rate} * m / (v.sqrt() * s.inverse_bias2 + s.epsilon));
}

Tensor applied() { return torch::ones({1}); }
Tensor masked() { return torch::zeros({1}); }

TEST_CASE("Adam's steps are those of ATen in float64", "[unit]") {
  for (const bool atan2 : {true, false}) {
    for (const int64_t count : {1, 7, 97, 512, 50003}) {
      CAPTURE(atan2, count);
      const State state = fresh(count), expected = in_double(state);
      for (int t = 1; t <= 5; ++t) {
        const auto g =
            normal({count}, at::kFloat, 10 + static_cast<uint64_t>(t)) * std::pow(10.0, t - 3);
        const auto s = scalars_of(t);
        (atan2 ? adam_atan2 : adamw)(state.p, state.m, state.v, g, tensor_of(s), applied());
        (atan2 ? adam_atan2_reference : adamw_reference)(expected.p, expected.m, expected.v,
                                                         g.to(at::kDouble), s);
      }
      CHECK(distance(state.m, expected.m) < 1e-6);
      CHECK(distance(state.v, expected.v) < 1e-6);
      CHECK(distance(state.p, expected.p) < 1e-6);
    }
  }
}

TEST_CASE("a step that is not applied leaves no trace, whatever the gradient", "[unit]") {
  for (const Step step : {Step{adam_atan2}, Step{adamw}}) {
    const State state = fresh(97);
    step(state.p, state.m, state.v, normal({97}), tensor_of(scalars_of(1)), applied());
    const State before = state.clone();
    step(state.p, state.m, state.v, torch::full({97}, std::nanf("")), tensor_of(scalars_of(2)),
         masked());
    CHECK(same_bits(state, before));
    step(state.p, state.m, state.v, torch::full({97}, std::nanf("")), tensor_of(scalars_of(2)),
         applied());
    CHECK(state.p.isnan().all().item<bool>());  // and one that is applied hides nothing
  }
}

TEST_CASE("the gaps of a flat store stay zero under every update rule", "[unit]") {
  const State state = {torch::zeros({40}), torch::zeros({40}), torch::zeros({40})};
  const auto mean = torch::zeros({40});
  for (int t = 1; t <= 3; ++t) {
    adam_atan2(state.p, state.m, state.v, torch::zeros({40}), tensor_of(scalars_of(t)), applied());
    adamw(state.p, state.m, state.v, torch::zeros({40}), tensor_of(scalars_of(t)), applied());
    average(mean, state.p, 0.999, applied());
  }
  for (const auto& x : {state.p, state.m, state.v, mean})
    CHECK(x.count_nonzero().item<int64_t>() == 0);
}

TEST_CASE("updates have the same bits on any number of threads", "[unit]") {
  const int64_t count = 50003;
  const auto g = normal({count}, at::kFloat, 2);
  for (const Step step : {Step{adam_atan2}, Step{adamw}}) {
    const State first = fresh(count);
    step(first.p, first.m, first.v, g, tensor_of(scalars_of(3)), applied());
    for_thread_counts([&] {
      const State again = fresh(count);
      step(again.p, again.m, again.v, g, tensor_of(scalars_of(3)), applied());
      CHECK(same_bits(again, first));
    });
  }
}

TEST_CASE("the average moves towards the values, its products rounded one by one", "[unit]") {
  for (const int64_t count : {1, 7, 50003}) {
    const auto a = normal({count}, at::kFloat, 1), p = normal({count}, at::kFloat, 2);
    // ATen multiplies in float: three roundings, and 1 - rate formed in double.
    const auto expected = p * (1.0 - 0.999) + a * 0.999;
    average(a, p, 0.999, applied());
    CHECK(kernels::same_bits(a, expected));
    average(a, torch::full_like(p, std::nanf("")), 0.999, masked());
    CHECK(kernels::same_bits(a, expected));
  }
}

// --- sign-SGD of the puzzle embedding ---

Tensor signed_rows(const Tensor& table, const std::vector<int>& ids, const Tensor& gradients,
                   float rate, float decay) {
  const auto expected = table.clone();
  for (const int id : std::set<int>(ids.begin(), ids.end())) {
    auto sum = torch::zeros({table.size(1)}, at::kDouble);
    for (size_t i = 0; i < ids.size(); ++i) {
      if (ids[i] == id) sum += gradients[static_cast<int64_t>(i)].to(at::kDouble);
    }
    expected[id] = table[id] * decay - rate * sum.sign().to(at::kFloat);
  }
  return expected;
}

TEST_CASE("sign-SGD adds up what shares a row and leaves the others", "[unit]") {
  const std::vector<int> ids = {3, 1, 3, 0, 3, 1};
  for (const auto type : {at::kInt, at::kLong}) {
    const auto table = normal({6, 7}, at::kFloat, 1), gradients = normal({6, 7}, at::kFloat, 2);
    gradients[3] = 0;  // an id whose gradient is zero decays only
    const auto expected = signed_rows(table, ids, gradients, 0.25F, 0.5F);
    const auto before = table.clone();
    sign_update(table, torch::tensor(ids).to(type), gradients, torch::tensor({0.25F, 0.5F}),
                applied());
    CHECK(distance(table, expected) < 1e-7);
    for (const int64_t untouched : {2, 4, 5})
      CHECK(kernels::same_bits(table[untouched], before[untouched]));
    CHECK(distance(table[0], before[0] * 0.5) < 1e-7);
  }
}

TEST_CASE("sign-SGD that is not applied leaves the table", "[unit]") {
  const auto table = normal({4, 5}), before = table.clone();
  sign_update(table, torch::tensor({1, 1, 2}, at::kInt), torch::full({3, 5}, std::nanf("")),
              torch::tensor({0.25F, 0.5F}), masked());
  CHECK(kernels::same_bits(table, before));
}

TEST_CASE("the CUDA updates are the CPU's", "[gpu]") {
  if (no_gpu()) return;
  for (const Step step : {Step{adam_atan2}, Step{adamw}}) {
    for (const int64_t count : {1, 7, 512, 50003}) {
      const State state = fresh(count);
      const State device = {on_gpu(state.p), on_gpu(state.m), on_gpu(state.v)};
      for (int t = 1; t <= 3; ++t) {
        const auto g = normal({count}, at::kFloat, 10 + static_cast<uint64_t>(t));
        const auto s = tensor_of(scalars_of(t));
        step(state.p, state.m, state.v, g, s, applied());
        step(device.p, device.m, device.v, on_gpu(g), on_gpu(s), on_gpu(applied()));
        step(device.p, device.m, device.v, on_gpu(g * std::nanf("")), on_gpu(s), on_gpu(masked()));
      }
      CHECK(distance(device.p, state.p) < 1e-6);
      CHECK(distance(device.m, state.m) < 1e-6);
      CHECK(distance(device.v, state.v) < 1e-6);
      const auto mean = normal({count}, at::kFloat, 5), mean_there = on_gpu(mean);
      average(mean, state.p, 0.9, applied());
      average(mean_there, on_gpu(state.p), 0.9, on_gpu(applied()));
      CHECK(distance(mean_there, mean) < 1e-6);
    }
  }
  const auto table = normal({6, 7}, at::kFloat, 1), gradients = normal({5, 7}, at::kFloat, 2);
  const auto ids = torch::tensor({3, 1, 3, 0, 3}, at::kInt), scalars = torch::tensor({0.25F, 0.5F});
  const auto there = on_gpu(table);
  sign_update(table, ids, gradients, scalars, applied());
  sign_update(there, on_gpu(ids), on_gpu(gradients), on_gpu(scalars), on_gpu(applied()));
  CHECK(distance(there, table) < 1e-6);
}

}  // namespace
}  // namespace trm::kernels
