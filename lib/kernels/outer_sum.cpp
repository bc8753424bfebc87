#include "kernels/outer_sum.h"

#include "kernels/cpu/split.h"
#include "kernels/panel.h"
#include "tensor/shape.h"

namespace trm::kernels {

using cpu::BFloat16;
using cpu::Matrix;
using torch::Tensor;

bool has_outer_sum(const Tensor& dy) {
  return dy.is_cpu() && dy.scalar_type() == at::kBFloat16 && tile::available(at::kBFloat16);
}

void add_outer_sum(const Tensor& dy, const Tensor& x, const Tensor& dw) {
  constexpr int64_t kPanel = 512, kColumns = 128;
  const int64_t rows = dy.size(0), n = dy.size(1), k = x.size(1);
  expect_shape(x, {rows, k}, "add_outer_sum x");
  expect_shape(dw, {n, k}, "add_outer_sum dw");
  const auto dense_dy = dy.contiguous(), dense_x = x.contiguous();
  const Matrix<const BFloat16> from{cpu::read<BFloat16>(dense_dy), n};
  const Matrix<const BFloat16> with{cpu::read<BFloat16>(dense_x), k};
  const Matrix<float> to{cpu::write<float>(dw), k};
  tile::Scratch scratch;
  constexpr int64_t kMostRows = tile::longest(kPanel), kMostColumns = tile::longest(kColumns);
  const auto turned = scratch.matrix<BFloat16>(kMostColumns, kMostRows);
  const auto pairs = scratch.matrix<uint32_t>(kMostRows / 2, kMostColumns);
  const auto right = scratch.strips<BFloat16>(kMostRows, k);
  tile::for_pieces(rows, kPanel, [&](int64_t first, int64_t count) {
    tile::place_rows(with.from(first, 0), count, k, right, 0);
    tile::for_pieces(n, kColumns, [&](int64_t column, int64_t m) {
      tile::transpose_into(from.from(first, column), count, m, turned, 0, pairs);
      tile::multiply({m, k, tile::padded<BFloat16>(count)}, tile::constant(turned),
                     tile::constant(right), to.from(column, 0), true);
    });
  });
  tile::release<BFloat16>();
}

}  // namespace trm::kernels
