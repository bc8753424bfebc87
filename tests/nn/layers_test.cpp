#include <cmath>

#include "nn/block.h"
#include "nn/rotary.h"
#include "tests/catch.h"

namespace trm::nn {
namespace {

torch::Tensor random(at::IntArrayRef shape, uint64_t seed) {
  return Initializer(seed).truncated_normal(shape, 1);
}

TEST_CASE("the inner width is rounded half to even, then up to a multiple of 256", "[unit]") {
  CHECK(SwiGlu::inner_width(512, 4) == 1536);
  CHECK(SwiGlu::inner_width(97, 4) == 512);
  CHECK(SwiGlu::inner_width(64, 4) == 256);
  // 384.75 * 2 / 3 = 256.5 -> 256; 385.5 * 2 / 3 = 257.
  CHECK(SwiGlu::inner_width(1, 384.75) == 256);
  CHECK(SwiGlu::inner_width(1, 385.5) == 512);
}

TEST_CASE("zero deviation draws nothing from the stream", "[unit]") {
  Initializer plain(5), with_zeros(5);
  CHECK(with_zeros.truncated_normal({3, 3}, 0).eq(0).all().item<bool>());
  CHECK(at::equal(plain.truncated_normal({4}, 1), with_zeros.truncated_normal({4}, 1)));
}

TEST_CASE("a weight's bfloat16 copy follows its master when it is cast", "[unit]") {
  Initializer init(1);
  Linear linear(4, 3, init);
  linear.cast(at::kFloat);
  CHECK_FALSE(linear.shadow.defined());
  linear.cast(at::kBFloat16);
  CHECK(at::equal(linear.shadow, linear.weight.to(at::kBFloat16)));
  {
    torch::NoGradGuard no_grad;
    linear.weight.mul_(2);
  }
  CHECK_FALSE(at::equal(linear.shadow, linear.weight.to(at::kBFloat16)));
  const auto* storage = linear.shadow.const_data_ptr();
  linear.cast(at::kBFloat16);
  CHECK(at::equal(linear.shadow, linear.weight.to(at::kBFloat16)));
  CHECK(linear.shadow.const_data_ptr() == storage);
}

TEST_CASE("a weight has what tiles read, or a bfloat16 copy, and never both", "[unit]") {
  for (const int64_t channels : {64, 63}) {
    Initializer init(1);
    SwiGluMixer mixer(kernels::Axis::kPositions, "mlp_t", 4, {12, channels}, init);
    cast_weights(mixer, at::kFloat);  // leaves nothing behind that bfloat16 would read
    cast_weights(mixer, at::kBFloat16);
    // Tiles take channels in pairs.
    const bool tiled = kernels::has_tiles(at::kCPU, at::kBFloat16) && channels % 2 == 0;
    for (const auto& part : mixer.modules(/*include_self=*/false)) {
      const auto* weight = part->as<Weight>();
      CHECK(weight->packed.defined() == tiled);
      CHECK(weight->shadow.defined() == !tiled);
    }
    const auto y = mixer.sublayer(random({2, 12, channels}, 3).to(at::kBFloat16), {});
    CHECK(at::allclose(y.to(at::kFloat).square().mean(1), torch::ones({2, channels}), 1e-2, 1e-2));
  }
}

TEST_CASE("a SwiGLU over positions is one over channels of the transpose", "[unit]") {
  Initializer init(1), twin(1);
  const SwiGlu across(12, 4, kernels::Axis::kPositions, init);
  const SwiGlu along(12, 4, kernels::Axis::kChannels, twin);
  const auto x = random({2, 12, 5}, 3);
  const auto expected = along.forward(x.transpose(1, 2).contiguous()).transpose(1, 2);
  CHECK(at::allclose(across.forward(x), expected, 1e-5, 1e-6));
}

TEST_CASE("a block's outputs have unit mean square along the channels", "[unit]") {
  for (const AnyMixer& mixer :
       {AnyMixer(Attention::Config{.heads = 4}), AnyMixer(TokenMlp::Config{})}) {
    Initializer init(1);
    Block block({mixer, 4, 1}, {12, 64}, init);
    const auto y = block.forward(random({2, 12, 64}, 3), {});
    CHECK(at::allclose(y.square().mean(-1), torch::ones({2, 12}), 1e-3, 1e-3));
  }
}

TEST_CASE("rotary tables hold the angles of each position", "[unit]") {
  const auto tables = rotary_tables(8, 6);
  CHECK(at::equal(tables.cos[0], torch::ones({6})));
  CHECK(at::equal(tables.sin[0], torch::zeros({6})));
  CHECK(tables.sin[1][0].item<double>() == Approx(std::sin(1.0)));
  CHECK(tables.cos[2][4].item<double>() == Approx(std::cos(2 * std::pow(10000.0, -2.0 / 6))));
  CHECK_FALSE(rotary_tables(8, 0).cos.defined());
  CHECK(contains(error_of([] { rotary_tables(8, 5); }), "rotary needs an even head size"));
}

TEST_CASE("a stack without layers, or of unlike head sizes, is an error", "[unit]") {
  Initializer init(1);
  CHECK(contains(error_of([&] { Stack({}, {12, 64}, init); }), "model.layers: empty"));
  const std::vector<LayerConfig> unlike = {{Attention::Config{.heads = 4}, 4, 1},
                                           {Attention::Config{.heads = 8}, 4, 1}};
  const Stack stack(unlike, {12, 64}, init);
  CHECK(contains(error_of([&] { stack.head_size(); }), "head sizes 16 and 8"));
  const std::vector<LayerConfig> mixed = {{TokenMlp::Config{}, 4, 1},
                                          {Attention::Config{.heads = 4}, 4, 2}};
  CHECK(Stack(mixed, {12, 64}, init).head_size() == 16);
}

TEST_CASE("more heads than the width is an error", "[unit]") {
  Initializer init(1);
  CHECK(contains(error_of([&] {
                   Attention({.heads = 65}, {12, 64}, init);
                 }),
                 "model.layers.mixer.heads: 65 heads for a width of 64"));
}

}  // namespace
}  // namespace trm::nn
