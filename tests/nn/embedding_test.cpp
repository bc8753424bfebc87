#include "nn/embedding.h"

#include <ATen/ops/randint.h>

#include "nn/embedding_gradient.h"
#include "tests/kernels/compare.h"

namespace trm::nn {
namespace {

TEST_CASE("the product with one-hot rows is the gradient of a lookup", "[unit]") {
  for (const auto& [rows, cells, entries, width] :
       {std::array<int64_t, 4>{1, 1, 1, 1}, {3, 16, 6, 32}, {64, 81, 11, 64}, {5, 7, 40, 33}}) {
    for (const auto type : {at::kFloat, at::kBFloat16}) {
      INFO(rows << " x " << cells << " of " << entries << " tokens, width " << width);
      at::manual_seed(3);
      const auto ids = at::randint(entries, {rows, cells}, at::kInt);
      const auto dy = kernels::normal({rows, cells, width}, type);
      // A loop, in float64.
      auto expected = torch::zeros({entries, width}, at::kDouble);
      for (int64_t b = 0; b < rows; ++b) {
        for (int64_t t = 0; t < cells; ++t)
          expected[ids[b][t].item<int64_t>()] += dy[b][t].to(at::kDouble);
      }
      const auto gradient = embedding_gradient(dy, ids, entries);
      CHECK(gradient.scalar_type() == at::kFloat);
      // Sums of up to 5,000 numbers of mean 0 lose against their own length, not against each.
      CHECK(kernels::distance(gradient, expected) < 4 * kernels::rounding(type));
      if (type != at::kFloat) continue;
      Initializer init(1);
      const Embedding table(entries, width, init);
      table.forward(ids, type).backward(dy);
      CHECK(kernels::distance(gradient, table.table().grad()) < 4 * kernels::rounding(type));
    }
  }
}

TEST_CASE("a GPU's embedding has the CPU's gradient", "[gpu]") {
  if (no_gpu()) return;
  const auto compute = gpu_compute("float32");
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    at::manual_seed(3);
    const auto ids = at::randint(11, {64, 81}, at::kInt);
    const auto dy = kernels::normal({64, 81, 64}, type);
    Initializer init(1), same(1);
    const Embedding here(11, 64, init);
    Embedding there(11, 64, same);
    there.to(compute.device);
    here.forward(ids, type).backward(dy);
    for (int repeat = 0; repeat < 2; ++repeat)
      there.forward(ids.to(compute.device), type).backward(dy.to(compute.device));
    // Float32 sums, whatever the activations; the second is added to the first.
    CHECK(kernels::distance(there.table().grad(), 2 * here.table().grad()) < 1e-5);
  }
}

}  // namespace
}  // namespace trm::nn
