#include "kernels/packed.h"
#include "kernels/panel.h"
#include "kernels/swiglu_tiles.h"

namespace trm::kernels {
namespace {

using cpu::BFloat16;
using cpu::Matrix;
using tile::constant;
using tile::multiply;
using tile::Right;
using tile::words;

constexpr int64_t kBlock = Packed::kBlock;
constexpr int64_t kRows = 128;   // of a tile
constexpr int64_t kInner = 256;  // columns of the inner width that go through at once
constexpr int64_t kPanel = 512;  // rows whose products with themselves make a weight's gradient

// Block b of a packed right operand with k rows.
template <class T>
Right<T> block_of(const T* packed, int64_t b, int64_t k) {
  return {packed + b * kBlock * tile::padded<T>(k), kBlock};
}

// c (+)= a b[k0 .., :] for a packed b of `rows` rows in all and the n columns of c.
template <class T>
void multiply_blocks(int64_t m, int64_t n, int64_t k, Matrix<const T> a, const T* packed,
                     int64_t rows, int64_t k0, Matrix<float> c, bool add) {
  for (int64_t j = 0; j < n; j += kBlock) {
    multiply({m, std::min(kBlock, n - j), k}, a, block_of(packed, j / kBlock, rows).from(k0, 0),
             c.from(0, j), add);
  }
}

// Columns [j, j + kBlock) of gate and up of the tile of rows [r, r + m), which lies in one piece.
template <class T>
Matrix<T> saved_block(T* saved, int64_t r, int64_t m, int64_t j, int64_t M) {
  return {saved ? saved + r * 2 * M + j * m : nullptr, kBlock};
}

}  // namespace

template <class T>
void swiglu_channels(const SwiGluShape& s, const SwiGluForward<T>& in) {
  const int64_t D = s.width, M = s.inner;
  tile::Scratch scratch;
  const int64_t most = tile::longest(kRows);
  const auto gate = scratch.matrix<float>(most, kBlock), up = scratch.matrix<float>(most, kBlock);
  const auto act = scratch.matrix<T>(most, kInner);
  const auto sum = scratch.matrix<float>(most, D);
  tile::for_pieces(s.batch * s.tokens, kRows, [&](int64_t r, int64_t m) {
    const Matrix<const T> x{in.x + r * D, D};
    const auto saved = [&](int64_t j) { return saved_block(in.saved, r, m, j, M); };
    for (int64_t c = 0; c < M; c += kInner) {
      const int64_t inner = std::min(kInner, M - c);
      for (int64_t j = c; j < c + inner; j += kBlock) {
        auto g = gate, u = up;
        if constexpr (!tile::kPairs<T>) {
          if (in.saved) g = saved(j), u = saved(M + j);
        }
        multiply({m, kBlock, D}, x, block_of(in.gate_up, j / kBlock, D), g, false);
        multiply({m, kBlock, D}, x, block_of(in.gate_up, (M + j) / kBlock, D), u, false);
        const PartScope gating(Part::kGate);
        if constexpr (tile::kPairs<T>) {
          cpu::gate_tile(constant(g), constant(u), saved(j), saved(M + j), act.from(0, j - c), m,
                         kBlock);
        } else {
          cpu::gate_tile(constant(g), constant(u), act.from(0, j - c), m, kBlock);
        }
      }
      multiply_blocks(m, D, inner, constant(act), in.down, M, c, sum, c > 0);
    }
    const PartScope norm(Part::kNorm);
    cpu::add_rms_norm_tile_rows(x, constant(sum), {in.y + r * D, D}, in.rstd + r, m, D, s.eps);
  });
  tile::release<T>();
}

namespace {

// What a panel of rows leaves for the gradients of the weights: left operands with the rows of the
// panel along them, right ones with these as their rows.
template <class T>
struct Panel {
  Matrix<T> dinner;    // [2 M, rows], of gate and up
  Matrix<T> act;       // [rows, M]; rows in pairs where T wants it
  Matrix<T> dz_along;  // [D, rows]
  Matrix<T> x;         // [rows, D]; in pairs
};

}  // namespace

template <class T>
void swiglu_channels_gradient(const SwiGluShape& s, const SwiGluBackward<T>& in) {
  const int64_t D = s.width, M = s.inner, all = s.batch * s.tokens;
  tile::Scratch scratch;
  const int64_t most = tile::longest(kRows);
  const int64_t most_in_panel = std::min(all, tile::longest(kPanel)) + 1;
  const auto dz = scratch.matrix<T>(most, D);
  const auto dact = scratch.matrix<float>(most, kBlock);
  const auto dgate = scratch.matrix<T>(most, kInner), dup = scratch.matrix<T>(most, kInner);
  const auto act = scratch.matrix<T>(most, kInner);
  const auto sum = scratch.matrix<float>(most, D);
  const auto pairs = scratch.matrix<uint32_t>(most, std::max(kInner, D));
  const auto panel_rows = (most_in_panel + 15) / 16 * 16;
  const Panel<T> panel{scratch.matrix<T>(2 * M, panel_rows), scratch.matrix<T>(panel_rows, M),
                       scratch.matrix<T>(D, panel_rows), scratch.matrix<T>(panel_rows, D)};

  const auto one_tile = [&](int64_t r, int64_t m, int64_t in_panel) {
    {
      const PartScope norm(Part::kNorm);
      cpu::rms_norm_gradient_rows(in.dy + r * D, in.y + r * D, in.rstd + r, dz.at, 0, m, D);
    }
    const auto saved = [&](int64_t j) { return saved_block(in.saved, r, m, j, M); };
    auto dx = sum;
    if constexpr (!tile::kPairs<T>) {
      if (in.dx) dx = {in.dx + r * D, D};
    }
    if (in.dx) cpu::convert(constant(dz), dx, m, D);
    if (in.wants_weights()) {
      tile::transpose_into(constant(dz), m, D, panel.dz_along, in_panel, pairs);
    }
    for (int64_t c = 0; c < M; c += kInner) {
      const int64_t inner = std::min(kInner, M - c);
      for (int64_t j = c; j < c + inner; j += kBlock) {
        multiply({m, kBlock, D}, constant(dz), block_of(in.down, j / kBlock, D), dact, false);
        const PartScope gating(Part::kGate);
        cpu::gate_gradient_tile(constant(dact), saved(j), saved(M + j), dgate.from(0, j - c),
                                dup.from(0, j - c), act.from(0, j - c), m, kBlock);
      }
      if (in.dx) {
        multiply_blocks(m, D, inner, constant(dgate), in.gate_up, 2 * M, c, dx, true);
        multiply_blocks(m, D, inner, constant(dup), in.gate_up, 2 * M, M + c, dx, true);
      }
      if (!in.wants_weights()) continue;
      tile::transpose_into(constant(dgate), m, inner, panel.dinner.from(c, 0), in_panel, pairs);
      tile::transpose_into(constant(dup), m, inner, panel.dinner.from(M + c, 0), in_panel, pairs);
      const Matrix<T> columns{panel.act.at + (tile::kPairs<T> ? 2 * c : c), M};
      tile::place_rows(constant(act), m, inner, columns, in_panel);
    }
    if constexpr (tile::kPairs<T>) {
      if (in.dx) cpu::convert(constant(dx), Matrix<T>{in.dx + r * D, D}, m, D);
    }
  };

  tile::for_pieces(all, kPanel, [&](int64_t first, int64_t rows) {
    tile::for_pieces(rows, kRows, [&](int64_t r, int64_t m) { one_tile(first + r, m, r); });
    if (!in.wants_weights()) return;
    const int64_t k = tile::padded<T>(rows);
    const Matrix<const T> x{in.x + first * D, D};
    Right<T> x_rows{x.at, D};
    if constexpr (tile::kPairs<T>) {
      tile::place_rows(x, rows, D, panel.x, 0);
      x_rows = tile::right(panel.x);
    }
    for (int64_t i = 0; i < 2 * M; i += kRows) {
      multiply({kRows, D, k}, constant(panel.dinner.from(i, 0)), x_rows,
               Matrix<float>{in.dgate_up + i * D, D}, true);
    }
    const Matrix<float> ddown{in.ddown, M};
    tile::for_pieces(D, kRows, [&](int64_t i, int64_t m) {
      tile::for_pieces(M, kPanel, [&](int64_t j, int64_t n) {
        multiply({m, n, k}, constant(panel.dz_along.from(i, 0)), tile::right(panel.act).from(0, j),
                 ddown.from(i, j), true);
      });
    });
  });
  tile::release<T>();
}

TRM_SWIGLU_BODIES(channels)

}  // namespace trm::kernels
