#include "kernels/packed.h"

#include "kernels/cpu/split.h"
#include "kernels/tile.h"

namespace trm::kernels {
namespace {

using cpu::BFloat16;
using cpu::Matrix;
using torch::Tensor;

constexpr int64_t kBlock = Packed::kBlock;

int64_t blocks_of(int64_t columns) { return (columns + kBlock - 1) / kBlock; }

template <class T>
int64_t even(int64_t n) {
  return tile::padded<T>(n);
}

// Columns [first, first + count) of w [rows, ...] as a block.
void pack_block(Matrix<const float> w, int64_t rows, int64_t count, Matrix<float> block) {
  cpu::convert(w, block, rows, count);
}
void pack_block(Matrix<const float> w, int64_t rows, int64_t count, Matrix<BFloat16> block) {
  BFloat16 pair[2 * kBlock];
  const Matrix<BFloat16> two{pair, kBlock};
  for (int64_t k = 0; k < rows; k += 2) {
    const int64_t now = std::min<int64_t>(2, rows - k);
    cpu::convert(w.from(k, 0), two, now, count);
    cpu::pair_rows(tile::constant(two), {tile::words(block).at + k / 2 * kBlock, kBlock}, now,
                   count);
  }
}

// Rows of w [count, columns] as the columns of a block.
void pack_transposed(Matrix<const float> w, int64_t columns, int64_t count, Matrix<float> block) {
  cpu::transpose(tile::words(w), tile::words(block), count, columns);
}
void pack_transposed(Matrix<const float> w, int64_t columns, int64_t count,
                     Matrix<BFloat16> block) {
  constexpr int64_t kPart = 256;
  BFloat16 part[kBlock * kPart] = {};
  const Matrix<BFloat16> rows{part, kPart};
  for (int64_t k = 0; k < columns; k += kPart) {
    const int64_t now = std::min(kPart, columns - k);
    cpu::convert(w.from(0, k), rows, count, now);
    if (now % 2 != 0) {
      for (int64_t i = 0; i < count; ++i) rows.row(i)[now] = BFloat16{0};
    }
    cpu::transpose(tile::constant(tile::words(rows)),
                   {tile::words(block).at + k / 2 * kBlock, kBlock}, count, (now + 1) / 2);
  }
}

template <class T>
void pack_as_right(const Tensor& weight, Packed& packed) {
  const int64_t n = weight.size(0), k = weight.size(1);
  const auto* from = cpu::read<float>(weight);
  auto* forward = cpu::write<T>(packed.forward);
  auto* backward = cpu::write<T>(packed.backward);
  cpu::split(blocks_of(n), 4 * k * kBlock, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      pack_transposed({from + b * kBlock * k, k}, k, std::min(kBlock, n - b * kBlock),
                      Matrix<T>{forward + b * kBlock * even<T>(k), kBlock});
    }
  });
  cpu::split(blocks_of(k), 4 * n * kBlock, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      pack_block({from + b * kBlock, k}, n, std::min(kBlock, k - b * kBlock),
                 Matrix<T>{backward + b * kBlock * even<T>(n), kBlock});
    }
  });
}

template <class T>
void allocate(const Tensor& weight, Axis axis, at::ScalarType type, Packed& packed) {
  const int64_t n = weight.size(0), k = weight.size(1);
  const auto options = weight.options().dtype(type).requires_grad(false);
  if (axis == Axis::kChannels) {
    packed.forward = torch::zeros({blocks_of(n), even<T>(k), kBlock}, options);
    packed.backward = torch::zeros({blocks_of(k), even<T>(n), kBlock}, options);
  } else {
    packed.forward = torch::zeros({n, even<T>(k)}, options);
    packed.backward = torch::zeros({k, even<T>(n)}, options);
  }
}

template <class T>
void pack_as(const Tensor& weight, Axis axis, at::ScalarType type, Packed& packed) {
  if (!packed.defined() || packed.forward.scalar_type() != type) {
    allocate<T>(weight, axis, type, packed);
  }
  if (axis == Axis::kChannels) {
    pack_as_right<T>(weight, packed);
  } else {
    packed.forward.narrow(1, 0, weight.size(1)).copy_(weight);
    packed.backward.narrow(1, 0, weight.size(0)).copy_(weight.t());
  }
}

}  // namespace

bool has_tiles(const torch::Device& device, at::ScalarType activations) {
  return device.is_cpu() && tile::available(activations);
}

bool can_pack(const torch::Device& device, at::ScalarType activations, int64_t inner,
              int64_t channels) {
  const bool whole = activations == at::kFloat || channels % 2 == 0;
  return has_tiles(device, activations) && whole && inner % (2 * kBlock) == 0;
}

void pack(const Tensor& weight, Axis axis, at::ScalarType activations, Packed& packed) {
  torch::NoGradGuard no_grad;
  if (activations == at::kFloat) {
    pack_as<float>(weight, axis, activations, packed);
  } else {
    pack_as<BFloat16>(weight, axis, activations, packed);
  }
}

}  // namespace trm::kernels
