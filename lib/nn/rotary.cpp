#include "nn/rotary.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/pow.h>

#include "core/error.h"

namespace trm::nn {

MixerContext rotary_tables(int64_t tokens, int64_t head_size, double base) {
  if (head_size == 0) return {};
  if (head_size % 2 != 0) {
    throw Error("model.input.positions: rotary needs an even head size, and width / heads is " +
                std::to_string(head_size) +
                "; choose another number of heads, or learned positions");
  }
  // float32 throughout, as the reference computes it.
  const auto exponents = at::arange(0, head_size, 2, at::kFloat) / static_cast<double>(head_size);
  const auto frequencies = 1.0 / at::pow(base, exponents);
  const auto angles = at::outer(at::arange(tokens, at::kFloat), frequencies);
  const auto both = at::cat({angles, angles}, -1);
  return {both.cos(), both.sin()};
}

}  // namespace trm::nn
