#include "kernels/panel.h"
#include "kernels/swiglu_tiles.h"

namespace trm::kernels {
namespace {

using cpu::Matrix;
using tile::constant;
using tile::multiply;
using tile::Strips;

constexpr int64_t kRows = 128;    // of a tile
constexpr int64_t kColumns = 64;  // of gate and up that are made at once
constexpr int64_t kInner = 256;   // columns of the inner width that go through at once
constexpr int64_t kPanel = 512;   // rows whose products with themselves make a weight's gradient

// Columns [j, j + kColumns) of gate and up of the tile of rows [r, r + m), which lies in one piece.
template <class T>
Matrix<T> saved_block(T* saved, int64_t r, int64_t m, int64_t j, int64_t M) {
  return {saved ? saved + r * 2 * M + j * m : nullptr, kColumns};
}

}  // namespace

template <class T>
void swiglu_channels(const SwiGluShape& s, const SwiGluForward<T>& in) {
  const int64_t D = s.width, M = s.inner;
  tile::Scratch scratch;
  const int64_t most = tile::longest(kRows);
  const auto gate = scratch.matrix<float>(most, kColumns),
             up = scratch.matrix<float>(most, kColumns);
  const auto act = scratch.matrix<T>(most, kInner);
  const auto sum = scratch.matrix<float>(most, D);
  const Strips<const T> gate_up{in.gate_up, tile::padded<T>(D)}, down{in.down, M};
  tile::for_pieces(s.batch * s.tokens, kRows, [&](int64_t r, int64_t m) {
    const Matrix<const T> x{in.x + r * D, D};
    const auto saved = [&](int64_t j) { return saved_block(in.saved, r, m, j, M); };
    for (int64_t c = 0; c < M; c += kInner) {
      const int64_t inner = std::min(kInner, M - c);
      for (int64_t j = c; j < c + inner; j += kColumns) {
        auto g = gate, u = up;
        if constexpr (!tile::kPairs<T>) {
          if (in.saved) g = saved(j), u = saved(M + j);
        }
        multiply({m, kColumns, D}, x, gate_up.from(0, j), g, false);
        multiply({m, kColumns, D}, x, gate_up.from(0, M + j), u, false);
        const PartScope gating(Part::kGate);
        if constexpr (tile::kPairs<T>) {
          cpu::gate_tile(constant(g), constant(u), saved(j), saved(M + j), act.from(0, j - c), m,
                         kColumns);
        } else {
          cpu::gate_tile(constant(g), constant(u), act.from(0, j - c), m, kColumns);
        }
      }
      multiply({m, D, inner}, constant(act), down.from(c, 0), sum, c > 0);
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
  Strips<T> act;       // [rows, M]
  Matrix<T> dz_along;  // [D, rows]
  Strips<T> x;         // [rows, D]
};

}  // namespace

template <class T>
void swiglu_channels_gradient(const SwiGluShape& s, const SwiGluBackward<T>& in) {
  const int64_t D = s.width, M = s.inner, all = s.batch * s.tokens;
  tile::Scratch scratch;
  const int64_t most = tile::longest(kRows);
  const int64_t most_in_panel = std::min(all, tile::longest(kPanel)) + 1;
  const auto dz = scratch.matrix<T>(most, D);
  const auto dact = scratch.matrix<float>(most, kColumns);
  const auto dgate = scratch.matrix<T>(most, kInner), dup = scratch.matrix<T>(most, kInner);
  const auto act = scratch.matrix<T>(most, kInner);
  const auto sum = scratch.matrix<float>(most, D);
  const auto pairs = scratch.matrix<uint32_t>(most, std::max(kInner, D));
  const auto panel_rows = (most_in_panel + 15) / 16 * 16;
  const Panel<T> panel{scratch.matrix<T>(2 * M, panel_rows), scratch.strips<T>(panel_rows, M),
                       scratch.matrix<T>(D, panel_rows), scratch.strips<T>(panel_rows, D)};

  const Strips<const T> gate_up{in.gate_up, 2 * M}, down{in.down, tile::padded<T>(D)};
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
      for (int64_t j = c; j < c + inner; j += kColumns) {
        multiply({m, kColumns, D}, constant(dz), down.from(0, j), dact, false);
        const PartScope gating(Part::kGate);
        cpu::gate_gradient_tile(constant(dact), saved(j), saved(M + j), dgate.from(0, j - c),
                                dup.from(0, j - c), act.from(0, j - c), m, kColumns);
      }
      if (in.dx) {
        multiply({m, D, inner}, constant(dgate), gate_up.from(c, 0), dx, true);
        multiply({m, D, inner}, constant(dup), gate_up.from(M + c, 0), dx, true);
      }
      if (!in.wants_weights()) continue;
      tile::transpose_into(constant(dgate), m, inner, panel.dinner.from(c, 0), in_panel, pairs);
      tile::transpose_into(constant(dup), m, inner, panel.dinner.from(M + c, 0), in_panel, pairs);
      tile::place_rows(constant(act), m, inner, panel.act.from(0, c), in_panel);
    }
    if constexpr (tile::kPairs<T>) {
      if (in.dx) cpu::convert(constant(dx), Matrix<T>{in.dx + r * D, D}, m, D);
    }
  };

  tile::for_pieces(all, kPanel, [&](int64_t first, int64_t rows) {
    tile::for_pieces(rows, kRows, [&](int64_t r, int64_t m) { one_tile(first + r, m, r); });
    if (!in.wants_weights()) return;
    const int64_t k = tile::padded<T>(rows);
    tile::place_rows(Matrix<const T>{in.x + first * D, D}, rows, D, panel.x, 0);
    for (int64_t i = 0; i < 2 * M; i += kRows) {
      multiply({kRows, D, k}, constant(panel.dinner.from(i, 0)), constant(panel.x),
               Matrix<float>{in.dgate_up + i * D, D}, true);
    }
    const Matrix<float> ddown{in.ddown, M};
    tile::for_pieces(D, kRows, [&](int64_t i, int64_t m) {
      tile::for_pieces(M, kPanel, [&](int64_t j, int64_t n) {
        multiply({m, n, k}, constant(panel.dz_along.from(i, 0)), constant(panel.act.from(0, j)),
                 ddown.from(i, j), true);
      });
    });
  });
  tile::release<T>();
}

TRM_SWIGLU_BODIES(channels)

}  // namespace trm::kernels
