#pragma once

#include <cstdint>
#include <vector>

namespace trm::nn {

// A matrix product [m, k] x [k, n], done `batch` times in one call; batch is 1 where one operand is
// a weight and the rows of all trajectories make one matrix.
struct Product {
  int64_t batch, m, k, n;

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
