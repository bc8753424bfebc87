// What a CUDA kernel is given is looked at before it is queued: the same on any device, so on the
// CPU. Tensors without memory ("meta") stand for those of another device.

#include "kernels/launch_arguments.h"

#include <functional>
#include <stdexcept>

#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

using torch::Tensor;

std::string refusal_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return {};
}

Tensor floats(at::IntArrayRef shape) { return torch::zeros(shape); }
Tensor doubles(at::IntArrayRef shape) { return torch::zeros(shape, at::kDouble); }
Tensor halves(at::IntArrayRef shape) { return torch::zeros(shape, at::kBFloat16); }
Tensor elsewhere(const Tensor& x) { return x.to(torch::kMeta); }

TEST_CASE("the gate's arguments are looked at", "[unit]") {
  // Five pieces of two halves of 12 numbers.
  const auto x = halves({5, 8, 3}), y = halves({5, 4, 3});
  expect_gate(x, y, 5, 12);
  expect_gate_gradient(y, x, halves({5, 8, 3}), 5, 12);
  const auto gate = [](const Tensor& in, const Tensor& out) {
    return refusal_of([&] { expect_gate(in, out, 5, 12); });
  };
  CHECK(contains(gate(x, floats({5, 4, 3})), "gate: y [5, 4, 3] Float on cpu: BFloat16 is needed"));
  CHECK(contains(gate(doubles({5, 8, 3}), y), "x [5, 8, 3] Double on cpu: float32 or bfloat16"));
  CHECK(contains(gate(x, halves({5, 4, 2})), "y [5, 4, 2] BFloat16 on cpu: another size"));
  CHECK(contains(gate(halves({5, 7, 3}), y), "x [5, 7, 3]"));
  CHECK(contains(gate(transposed_copy(x), y), "x [5, 8, 3] BFloat16 on cpu: not contiguous"));
  CHECK(contains(gate(x, elsewhere(y)), "y [5, 4, 3] BFloat16 on meta: needed on cpu"));
  CHECK(contains(gate(x, Tensor()), "y: no tensor"));
  const auto gradient = [&](const Tensor& dy, const Tensor& dx) {
    return refusal_of([&] { expect_gate_gradient(dy, x, dx, 5, 12); });
  };
  CHECK(contains(gradient(floats({5, 4, 3}), x), "gate gradient: dy"));
  CHECK(contains(gradient(y, halves({8, 5, 3})), "dx [8, 5, 3]"));
}

TEST_CASE("the stablemax's arguments are looked at", "[unit]") {
  const auto logits = floats({2, 3, 7}), loss = doubles({2, 3});
  const auto labels = torch::zeros({2, 3}, at::kInt);
  expect_stablemax(logits, labels, loss);
  expect_stablemax_gradient(loss, logits, labels, floats({2, 3, 7}));
  const auto stablemax = [&](const Tensor& x, const Tensor& of, const Tensor& to) {
    return refusal_of([&] { expect_stablemax(x, of, to); });
  };
  CHECK(contains(stablemax(logits, labels.to(at::kLong), loss), "labels [2, 3] Long on cpu: Int"));
  CHECK(contains(stablemax(logits, torch::zeros({2, 4}, at::kInt), loss), "labels [2, 4]"));
  CHECK(contains(stablemax(logits, labels, floats({2, 3})), "loss [2, 3] Float on cpu: Double"));
  CHECK(contains(stablemax(logits, labels, doubles({3})), "loss [3] Double on cpu: another shape"));
  CHECK(contains(stablemax(transposed_copy(logits), labels, loss), "logits [2, 3, 7]"));
  CHECK(contains(stablemax(torch::zeros({}), labels, loss), "no dimension"));
  CHECK(contains(refusal_of([&] {
                   expect_stablemax_gradient(loss, logits, labels, halves({2, 3, 7}));
                 }),
                 "gradient [2, 3, 7] BFloat16 on cpu: Float is needed"));
}

TEST_CASE("the updates' arguments are looked at", "[unit]") {
  const auto p = floats({9}), scalars = floats({6}), apply = floats({1});
  expect_adam(p, p, p, p, scalars, apply);
  expect_average(p, p, apply);
  const auto adam = [&](const Tensor& v, const Tensor& numbers, const Tensor& where) {
    return refusal_of([&] { expect_adam(p, p, v, p, numbers, where); });
  };
  CHECK(contains(adam(floats({8}), scalars, apply), "adam: v [8]"));
  CHECK(contains(adam(halves({9}), scalars, apply), "v [9] BFloat16"));
  CHECK(contains(adam(p, floats({5}), apply), "scalars [5]"));
  CHECK(contains(adam(p, elsewhere(scalars), apply), "scalars [6] Float on meta: needed on cpu"));
  CHECK(contains(adam(p, scalars, floats({2})), "apply [2]"));
  CHECK(contains(adam(p, scalars, doubles({1})), "apply [1] Double on cpu: Float is needed"));
  CHECK(contains(refusal_of([&] { expect_average(floats({8}), p, apply); }), "average [8]"));
  CHECK(contains(refusal_of([&] { expect_average(p, p, elsewhere(apply)); }), "apply [1]"));
}

TEST_CASE("the noise's arguments are looked at", "[unit]") {
  const auto step = torch::zeros({1}, at::kLong), rows = torch::zeros({3}, at::kLong);
  expect_uniform(step, rows, floats({3, 5}));
  const auto uniform = [](const Tensor& number, const Tensor& ids, const Tensor& out) {
    return refusal_of([&] { expect_uniform(number, ids, out); });
  };
  CHECK(contains(uniform(elsewhere(step), rows, floats({3, 5})), "uniform: step [1] Long on meta"));
  CHECK(contains(uniform(floats({1}), rows, floats({3, 5})), "step [1] Float on cpu: Long"));
  CHECK(contains(uniform(step, rows, floats({4, 5})), "rows [3] Long on cpu: another shape"));
  CHECK(contains(uniform(step, rows, halves({3, 5})), "out [3, 5] BFloat16 on cpu: Float"));
  CHECK(contains(uniform(step, rows, floats({3})), "out is no [rows, columns]"));
}

}  // namespace
}  // namespace trm::kernels
