#include "kernels/packed.h"

#include "kernels/cpu/split.h"
#include "kernels/tile.h"

namespace trm::kernels {
namespace {

using cpu::BFloat16;
using cpu::Matrix;
using tile::Strips;
using torch::Tensor;

constexpr int64_t kMost = Strips<float>::kMostColumns;
constexpr int64_t kInner = 128;  // the bodies cut an inner width in pieces of so many

template <class T>
int64_t even(int64_t n) {
  return tile::padded<T>(n);
}

// Columns [first, first + count) of w [rows, ...] as a strip.
void pack_strip(Matrix<const float> w, int64_t rows, int64_t count, Matrix<float> strip) {
  cpu::convert(w, strip, rows, count);
}
void pack_strip(Matrix<const float> w, int64_t rows, int64_t count, Matrix<BFloat16> strip) {
  BFloat16 pair[2 * kMost];
  const Matrix<BFloat16> two{pair, kMost};
  for (int64_t k = 0; k < rows; k += 2) {
    const int64_t now = std::min<int64_t>(2, rows - k);
    cpu::convert(w.from(k, 0), two, now, count);
    cpu::pair_rows(tile::constant(two), {tile::words(strip).at + k / 2 * strip.step, strip.step},
                   now, count);
  }
}

// Rows of w [count, columns] as the columns of a strip.
void pack_transposed(Matrix<const float> w, int64_t columns, int64_t count, Matrix<float> strip) {
  cpu::transpose(tile::words(w), tile::words(strip), count, columns);
}
void pack_transposed(Matrix<const float> w, int64_t columns, int64_t count,
                     Matrix<BFloat16> strip) {
  constexpr int64_t kPart = 256;
  BFloat16 part[kMost * kPart] = {};
  const Matrix<BFloat16> rows{part, kPart};
  for (int64_t k = 0; k < columns; k += kPart) {
    const int64_t now = std::min(kPart, columns - k);
    cpu::convert(w.from(0, k), rows, count, now);
    if (now % 2 != 0) {
      for (int64_t i = 0; i < count; ++i) rows.row(i)[now] = BFloat16{0};
    }
    cpu::transpose(tile::constant(tile::words(rows)),
                   {tile::words(strip).at + k / 2 * strip.step, strip.step}, count, (now + 1) / 2);
  }
}

template <class T>
void pack_as_right(const Tensor& weight, Packed& packed) {
  const int64_t n = weight.size(0), k = weight.size(1);
  const Matrix<const float> from{cpu::read<float>(weight), k};
  const Strips<T> forward{cpu::write<T>(packed.forward), even<T>(k)};
  const Strips<T> backward{cpu::write<T>(packed.backward), even<T>(n)};
  const int64_t width = Strips<T>::columns();
  cpu::split(Strips<T>::count(n), 4 * k * width, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      pack_transposed(from.from(i * width, 0), k, std::min(width, n - i * width), forward.strip(i));
    }
  });
  cpu::split(Strips<T>::count(k), 4 * n * width, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      pack_strip(from.from(0, i * width), n, std::min(width, k - i * width), backward.strip(i));
    }
  });
}

template <class T>
void allocate(const Tensor& weight, Axis axis, at::ScalarType type, Packed& packed) {
  const int64_t n = weight.size(0), k = weight.size(1);
  const auto options = weight.options().dtype(type).requires_grad(false);
  if (axis == Axis::kChannels) {
    const int64_t width = Strips<T>::columns();
    packed.forward = torch::zeros({Strips<T>::count(n), even<T>(k), width}, options);
    packed.backward = torch::zeros({Strips<T>::count(k), even<T>(n), width}, options);
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
  return has_tiles(device, activations) && whole && inner % kInner == 0;
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
