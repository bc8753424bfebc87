#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace trm::nn {

// A matrix product [m, k] x [k, n], done `batch` times in one call; batch is 1 where one operand is
// a weight and the rows of all trajectories make one matrix.
struct Product {
  int64_t batch, m, k, n;
  // Where the left operand is one weight for all, the batch can be one product: it lies along the
  // columns, or in the weight's gradient along what is summed.
  enum class Joins { kNothing, kColumns, kSums };
  Joins along = Joins::kNothing;

  auto operator<=>(const Product&) const = default;

  Product joined() const {
    switch (along) {
      case Joins::kColumns:
        return {1, m, k, batch * n};
      case Joins::kSums:
        return {1, m, batch * k, n};
      default:
        return *this;
    }
  }

  double operations() const {
    return 2.0 * static_cast<double>(batch) * static_cast<double>(m) * static_cast<double>(k) *
           static_cast<double>(n);
  }
};

// The arithmetic of one forward application to some trajectories, for --dry-run and trm-bench. The
// backward pass has two products of the same size for each: one for each operand.
struct Cost {
  std::vector<Product> products;
  int64_t saved_numbers = 0;  // activations kept for the backward pass

  void add(const Cost& other) {
    products.insert(products.end(), other.products.begin(), other.products.end());
    saved_numbers += other.saved_numbers;
  }
};

}  // namespace trm::nn
