// Primitives of the reference: losses, rotary positions, norm, initialiser, inner widths.

#include <ATen/ops/cat.h>

#include "kernels/rms_norm.h"
#include "kernels/rotary.h"
#include "nn/rotary.h"
#include "nn/swiglu.h"
#include "tests/golden/golden_case.h"

namespace trm {
namespace {

constexpr double kTolerance = 1e-5;

void compare_losses(GoldenFile& file, Ledger& ledger) {
  const auto x = file.at("stablemax_x").clone().requires_grad_();
  const auto& labels = file.at("stablemax_labels");
  const auto stablemax = loss::Stablemax({}).forward(x, labels);
  stablemax.sum().backward();
  CHECK(stablemax.scalar_type() == at::kDouble);
  ledger.close("losses", "stablemax", stablemax, file.at("stablemax_loss"), kTolerance);
  ledger.close("losses", "stablemax gradient", x.grad(), file.at("stablemax_grad_of_sum"),
               kTolerance);
  ledger.close("losses", "softmax", loss::Softmax({}).forward(x, labels), file.at("softmax_loss"),
               kTolerance);
}

void compare_rotary(GoldenFile& file, Ledger& ledger) {
  const auto &q = file.at("rope_q"), &k = file.at("rope_k");  // [B, T, H, K]
  const auto tables = nn::rotary_tables(q.size(1), q.size(3));
  ledger.close("rotary", "cos", tables.cos, file.at("rope_cos"), kTolerance);
  ledger.close("rotary", "sin", tables.sin, file.at("rope_sin"), kTolerance);
  const auto turned =
      kernels::rotate_queries_and_keys(at::cat({q, k, q}, 2), tables.cos, tables.sin)
          .split(q.size(2), 2);
  ledger.close("rotary", "queries", turned[0], file.at("rope_q_out"), kTolerance);
  ledger.close("rotary", "keys", turned[1], file.at("rope_k_out"), kTolerance);
  ledger.exact("rotary", "values pass", turned[2], q);
}

void compare_norm(GoldenFile& file, Ledger& ledger) {
  const auto &x = file.at("rms_in"), &y = file.at("rms_out");
  const auto norm = [](const torch::Tensor& in, kernels::Axis axis) {
    return kernels::add_rms_norm(in, torch::zeros_like(in), axis, nn::kNormEpsilon);
  };
  ledger.close("norm", "over channels", norm(x, kernels::Axis::kChannels), y, kTolerance);
  const auto turned = norm(x.transpose(1, 2).contiguous(), kernels::Axis::kPositions);
  ledger.close("norm", "over positions", turned.transpose(1, 2), y, kTolerance);
}

TEST_CASE("primitives have the reference's numbers", "[golden]") {
  const auto base = golden_folder() / "data/primitives";
  GoldenFile file(base.string() + ".safetensors");
  Ledger ledger("primitives");
  compare_losses(file, ledger);
  compare_rotary(file, ledger);
  compare_norm(file, ledger);
  INFO("tensors that nothing compared: " << joined(file.unread()));
  CHECK(file.unread().empty());

  const auto tree = parse_config(read_text(base.string() + ".json"), "primitives.json");
  const auto* widths = tree.find("swiglu_inter");
  REQUIRE(widths);
  REQUIRE_FALSE(widths->entries.empty());
  for (const auto& [width, inner] : widths->entries) {
    CHECK(std::to_string(nn::SwiGlu::inner_width(std::stoll(width), 4)) == inner.scalar);
  }
}

TEST_CASE("the initialiser has the reference's deviation and bounds", "[golden]") {
  const auto tree =
      parse_config(read_text(golden_folder() / "data/primitives.json"), "primitives.json");
  const auto* about = tree.find("trunc_normal");
  REQUIRE(about);
  const double std = number_in(*about, "std_target"), bound = number_in(*about, "bound");
  const auto x = nn::Initializer(1).truncated_normal({1000, 1000}, std).to(at::kDouble);
  // A million draws: the deviation of the mean is std / 1000, that of the deviation less.
  CHECK(std::abs(x.mean().item<double>()) < 4e-3 * std);
  CHECK(x.std().item<double>() == Approx(std).epsilon(4e-3));
  const double largest = x.abs().max().item<double>();
  CHECK(largest <= bound * (1 + 1e-6));
  CHECK(largest > bound * 0.999);
}

}  // namespace
}  // namespace trm
