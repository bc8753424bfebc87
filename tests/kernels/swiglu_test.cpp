#include "kernels/swiglu.h"

#include <ATen/ops/matmul.h>
#include <ATen/ops/silu.h>

#include "tests/kernels/compare.h"

namespace trm::kernels {
namespace {

using torch::Tensor;

constexpr double kEpsilon = 1e-5;

struct Shape {
  Axis axis;
  int64_t batch, tokens, width, inner;
};

// Rests of tiles in every direction: rows of 1, of less than a tile, of a tile and a rest that
// joins it, of one that does not, of several panels; columns alike; odd numbers of tokens.
const Shape kShapes[] = {
    {Axis::kChannels, 1, 1, 2, 256},    {Axis::kChannels, 3, 7, 64, 128},
    {Axis::kChannels, 1, 160, 80, 384}, {Axis::kChannels, 1, 163, 96, 256},
    {Axis::kChannels, 7, 97, 48, 128},  {Axis::kPositions, 1, 3, 2, 256},
    {Axis::kPositions, 3, 7, 64, 128},  {Axis::kPositions, 2, 97, 80, 512},
    {Axis::kPositions, 5, 52, 96, 256}, {Axis::kPositions, 2, 33, 600, 128},
};

SwiGluWeights weights_for(const Shape& s, at::ScalarType type) {
  const int64_t n = s.axis == Axis::kChannels ? s.width : s.tokens;
  SwiGluWeights w;
  const auto scale = [](int64_t fan_in) { return 1.0 / std::sqrt(static_cast<double>(fan_in)); };
  // Values that bfloat16 holds, so that a copy of a weight is the weight.
  const auto drawn = [&](at::IntArrayRef shape, double factor, uint64_t seed) {
    return (normal(shape, at::kFloat, seed) * factor).to(type).to(at::kFloat).requires_grad_();
  };
  w.gate_up = drawn({2 * s.inner, n}, 2 * scale(n), 11);
  w.down = drawn({n, s.inner}, 2 * scale(s.inner), 12);
  if (type != at::kFloat) {
    w.gate_up_shadow = w.gate_up.detach().to(type);
    w.down_shadow = w.down.detach().to(type);
  }
  return w;
}

bool pack_for(SwiGluWeights& w, const Shape& s, at::ScalarType type) {
  if (!can_pack(at::kCPU, type, s.inner, s.width)) {
    WARN("no tiles of " << type << " here: only plain products are tested");
    return false;
  }
  pack(w.gate_up, s.axis, type, w.gate_up_packed);
  pack(w.down, s.axis, type, w.down_packed);
  return true;
}

struct Result {
  Tensor y, dx, dgate_up, ddown;
};

// Applied twice, as a recursion does.
Result run(const Tensor& x, const SwiGluWeights& w, Axis axis, const Tensor& dy) {
  w.gate_up.mutable_grad() = torch::zeros_like(w.gate_up);
  w.down.mutable_grad() = torch::zeros_like(w.down);
  const auto a = leaf(x);
  const auto y = swiglu_norm(a, w, axis, kEpsilon);
  y.backward(dy);
  swiglu_norm(a, w, axis, kEpsilon).backward(dy);
  return {y, a.grad(), w.gate_up.grad().clone(), w.down.grad().clone()};
}

Result run_exact(const Tensor& x, const SwiGluWeights& w, Axis axis, const Tensor& dy) {
  const auto a = exact(x), gate_up = exact(w.gate_up), down = exact(w.down);
  const auto turned = axis == Axis::kChannels ? a : a.transpose(1, 2);
  const auto halves = at::matmul(turned, gate_up.t()).chunk(2, -1);
  const auto z = turned + at::matmul(at::silu(halves[0]) * halves[1], down.t());
  const auto normed = z * torch::rsqrt(z.square().mean(-1, true) + kEpsilon);
  const auto y = axis == Axis::kChannels ? normed : normed.transpose(1, 2);
  y.backward(dy.to(at::kDouble));
  return {y, a.grad() * 2, gate_up.grad() * 2, down.grad() * 2};
}

void check(const Result& found, const Result& expected, double tolerance) {
  CHECK(distance(found.y, expected.y) < tolerance);
  CHECK(distance(found.dx, expected.dx) < tolerance);
  CHECK(distance(found.dgate_up, expected.dgate_up) < tolerance);
  CHECK(distance(found.ddown, expected.ddown) < tolerance);
}

// A sublayer in bfloat16 rounds in four places forwards and in five backwards, one after another.
double tolerance(at::ScalarType type) { return type == at::kFloat ? 1e-5 : 5e-2; }

TEST_CASE("a SwiGLU's sublayer and its gradients are those of ATen in float64", "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    for (const auto& shape : kShapes) {
      CAPTURE(type, shape.axis, shape.batch, shape.tokens, shape.width, shape.inner);
      const auto x = normal({shape.batch, shape.tokens, shape.width}, type, 1),
                 dy = normal(x.sizes(), type, 3);
      auto w = weights_for(shape, type);
      const auto expected = run_exact(x, w, shape.axis, dy);
      const auto plain = run(x, w, shape.axis, dy);
      check(plain, expected, tolerance(type));
      if (!pack_for(w, shape, type)) continue;
      const auto fused = run(x, w, shape.axis, dy);
      check(fused, expected, tolerance(type));
      if (x.numel() < 1000) continue;  // too few numbers to say which is nearer
      const auto error = [&](const Result& r) {
        return (r.ddown.to(at::kDouble) - expected.ddown).norm().item<double>();
      };
      CHECK(error(fused) < 1.1 * error(plain) + 1e-6 * expected.ddown.norm().item<double>());
    }
  }
}

TEST_CASE("a SwiGLU's sublayer has the same bits without a graph, and for its rows alone",
          "[unit]") {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const Shape shape{Axis::kPositions, 3, 33, 64, 256};
    auto w = weights_for(shape, type);
    if (!pack_for(w, shape, type)) return;
    const auto x = normal({shape.batch, shape.tokens, shape.width}, type, 1);
    const auto graded = swiglu_norm(x, w, shape.axis, kEpsilon);
    torch::NoGradGuard no_grad;
    CHECK(graded.requires_grad());
    CHECK(same_bits(swiglu_norm(x, w, shape.axis, kEpsilon), graded));
    CHECK(same_bits(swiglu_norm(x.slice(0, 1, 2), w, shape.axis, kEpsilon), graded.slice(0, 1, 2)));
    CHECK(same_bits(swiglu_norm(transposed_copy(x), w, shape.axis, kEpsilon), graded));
  }
}

TEST_CASE("weights that are frozen get no gradient, the input gets the same", "[unit]") {
  for (const auto axis : {Axis::kChannels, Axis::kPositions}) {
    const Shape shape{axis, 2, 52, 64, 256};
    auto w = weights_for(shape, at::kFloat);
    pack_for(w, shape, at::kFloat);
    const auto x = normal({2, 52, 64}), dy = normal({2, 52, 64}, at::kFloat, 3);
    const auto expected = run(x, w, axis, dy);
    for (auto* weight : {&w.gate_up, &w.down}) {
      weight->set_requires_grad(false);
      weight->mutable_grad() = torch::zeros_like(*weight);  // what a trainer's weights keep
    }
    const auto a = leaf(x);
    swiglu_norm(a, w, axis, kEpsilon).backward(dy * 2);
    CHECK(distance(a.grad(), expected.dx) < 1e-6);
    for (const auto* weight : {&w.gate_up, &w.down}) CHECK_FALSE(weight->grad().any().item<bool>());
  }
}

TEST_CASE("a SwiGLU's sublayer of no trajectory has no gradient", "[unit]") {
  for (const auto axis : {Axis::kChannels, Axis::kPositions}) {
    const Shape shape{axis, 0, 52, 64, 256};
    auto w = weights_for(shape, at::kFloat);
    pack_for(w, shape, at::kFloat);
    const auto none = torch::empty({0, 52, 64});
    const auto found = run(none, w, axis, none);
    CHECK(found.y.sizes() == none.sizes());
    CHECK_FALSE(found.dgate_up.any().item<bool>());
    CHECK_FALSE(found.ddown.any().item<bool>());
  }
}

TEST_CASE("a packed weight follows its weight", "[unit]") {
  const Shape shape{Axis::kChannels, 2, 5, 70, 128};
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    auto w = weights_for(shape, type);
    if (!pack_for(w, shape, type)) return;
    const auto place = w.gate_up_packed.forward.const_data_ptr();
    const auto x = normal({2, 5, 70}, type, 1);
    torch::NoGradGuard no_grad;
    w.gate_up.mul_(-1);
    pack_for(w, shape, type);
    CHECK(w.gate_up_packed.forward.const_data_ptr() == place);
    const auto found = swiglu_norm(x, w, shape.axis, kEpsilon);
    w.gate_up_packed = {};
    w.gate_up_shadow = type == at::kFloat ? Tensor() : w.gate_up.to(type);
    CHECK(distance(found, swiglu_norm(x, w, shape.axis, kEpsilon)) < tolerance(type));
  }
}

}  // namespace
}  // namespace trm::kernels
