#include "kernels/panel.h"
#include "kernels/swiglu_tiles.h"

namespace trm::kernels {
namespace {

using cpu::Matrix;
using tile::constant;
using tile::multiply;
using tile::place_rows;
using tile::Right;
using tile::Strips;
using tile::words;

constexpr int64_t kColumns = 64;  // of a tile
constexpr int64_t kMostColumns = tile::longest(kColumns);
constexpr int64_t kInner = 128;  // rows of the inner width that go through at once
constexpr int64_t kGroup = 512;  // columns whose products with themselves make a weight's gradient

// Row i of gate and up of a tile's columns, which lie in one piece.
template <class T>
Matrix<T> saved_rows(T* saved, int64_t first_column, int64_t n, int64_t i, int64_t M) {
  return {saved ? saved + first_column * 2 * M + i * n : nullptr, n};
}

}  // namespace

template <class T>
void swiglu_positions(const SwiGluShape& s, const SwiGluForward<T>& in) {
  const int64_t tokens = s.tokens, D = s.width, M = s.inner, k = tile::padded<T>(tokens);
  tile::Scratch scratch;
  const auto gate = scratch.matrix<float>(kInner, kMostColumns);
  const auto up = scratch.matrix<float>(kInner, kMostColumns);
  const auto act = scratch.matrix<T>(M, kMostColumns);
  const auto rows = scratch.matrix<T>(kInner, kMostColumns);
  const auto sum = scratch.matrix<float>(tokens, kMostColumns);
  const auto x_strips = scratch.strips<T>(tokens, kMostColumns);
  const Matrix<const T> gate_up{in.gate_up, k}, down{in.down, M};
  for (int64_t b = 0; b < s.batch; ++b) {
    tile::for_pieces(D, kColumns, [&](int64_t c, int64_t n) {
      const Matrix<const T> x{in.x + b * tokens * D + c, D};
      place_rows(x, tokens, n, x_strips, 0);
      const auto saved = [&](int64_t i) { return saved_rows(in.saved, b * D + c, n, i, M); };
      for (int64_t i = 0; i < M; i += kInner) {
        auto g = gate, u = up;
        if constexpr (!tile::kPairs<T>) {
          if (in.saved) g = saved(i), u = saved(M + i);
        }
        multiply({kInner, n, k}, gate_up.from(i, 0), constant(x_strips), g, false);
        multiply({kInner, n, k}, gate_up.from(M + i, 0), constant(x_strips), u, false);
        const PartScope gating(Part::kGate);
        if constexpr (tile::kPairs<T>) {
          cpu::gate_tile(constant(g), constant(u), saved(i), saved(M + i), rows, kInner, n);
          cpu::pair_rows(constant(rows), {words(act).at + i / 2 * act.step, act.step}, kInner, n);
        } else {
          cpu::gate_tile(constant(g), constant(u), act.from(i, 0), kInner, n);
        }
      }
      multiply({tokens, n, M}, down, Right<T>{act.at, act.step}, sum, false);
      const PartScope norm(Part::kNorm);
      cpu::add_rms_norm_tile_columns(x, constant(sum), Matrix<T>{in.y + b * tokens * D + c, D},
                                     in.rstd + b * D + c, tokens, n, s.eps);
    });
  }
  tile::release<T>();
}

template <class T>
void swiglu_positions_gradient(const SwiGluShape& s, const SwiGluBackward<T>& in) {
  const int64_t tokens = s.tokens, D = s.width, M = s.inner, k = tile::padded<T>(tokens);
  const int64_t in_group = std::max<int64_t>(1, kGroup / D), columns = in_group * D;
  tile::Scratch scratch;
  const auto dz = scratch.matrix<T>(tokens, D);
  const auto dz_strips = scratch.strips<T>(tokens, D);
  const auto dact = scratch.matrix<float>(kInner, kMostColumns);
  const auto sum = scratch.matrix<float>(tokens, kMostColumns);
  const auto pairs = scratch.matrix<T>(2 * M, kMostColumns);
  // Not a power of two from row to row: these would meet in a few lines of the cache.
  const auto dinner = scratch.matrix<T>(2 * M, (columns + 31) / 32 * 32 + 32);
  const auto act = scratch.matrix<T>(M, dinner.step);
  const auto x_along = scratch.strips<T>(columns, tokens);
  const auto dz_along = scratch.strips<T>(columns, tokens);
  const auto ddown = scratch.matrix<float>(M, tokens);
  const auto ddown_turned = scratch.matrix<float>(tokens, M);
  const Matrix<const T> gate_up{in.gate_up, 2 * M}, down{in.down, k};

  const auto one_trajectory = [&](int64_t b, int64_t first) {
    const int64_t at = b * tokens * D;
    {
      const PartScope norm(Part::kNorm);
      cpu::rms_norm_gradient_columns(in.dy + at, in.y + at, in.rstd + b * D, dz.at, 0, D, tokens,
                                     D);
    }
    place_rows(constant(dz), tokens, D, dz_strips, 0);
    tile::for_pieces(D, kColumns, [&](int64_t c, int64_t n) {
      const auto saved = [&](int64_t i) { return saved_rows(in.saved, b * D + c, n, i, M); };
      for (int64_t i = 0; i < M; i += kInner) {
        multiply({kInner, n, k}, down.from(i, 0), constant(dz_strips.from(0, c)), dact, false);
        const PartScope gating(Part::kGate);
        cpu::gate_gradient_tile(constant(dact), saved(i), saved(M + i), dinner.from(i, first + c),
                                dinner.from(M + i, first + c), act.from(i, first + c), kInner, n);
      }
      if (!in.dx) return;
      const auto dinner_right =
          tile::as_right(constant(dinner.from(0, first + c)), 2 * M, n, pairs);
      auto dx = sum;
      if constexpr (!tile::kPairs<T>) dx = {in.dx + at + c, D};
      cpu::convert(constant(dz.from(0, c)), dx, tokens, n);
      multiply({tokens, n, 2 * M}, gate_up, dinner_right, dx, true);
      if constexpr (tile::kPairs<T>) {
        cpu::convert(constant(dx), Matrix<T>{in.dx + at + c, D}, tokens, n);
      }
    });
    if (!in.wants_weights()) return;
    tile::place_transposed(Matrix<const T>{in.x + at, D}, tokens, D, x_along, first);
    tile::place_transposed(constant(dz), tokens, D, dz_along, first);
  };

  for (int64_t b = 0; b < s.batch; b += in_group) {
    const int64_t now = std::min(in_group, s.batch - b);
    for (int64_t i = 0; i < now; ++i) one_trajectory(b + i, i * D);
    if (!in.wants_weights()) continue;
    for (int64_t i = 0; i < 2 * M; i += kInner) {
      multiply({kInner, tokens, now * D}, constant(dinner.from(i, 0)), constant(x_along),
               Matrix<float>{in.dgate_up + i * tokens, tokens}, true);
    }
    for (int64_t i = 0; i < M; i += kInner) {
      multiply({kInner, tokens, now * D}, constant(act.from(i, 0)), constant(dz_along),
               ddown.from(i, 0), b > 0);
    }
  }
  tile::release<T>();
  if (!in.wants_weights()) return;
  cpu::transpose(constant(words(ddown)), words(ddown_turned), M, tokens);
  for (int64_t i = 0; i < tokens * M; ++i) in.ddown[i] += ddown_turned.at[i];
}

TRM_SWIGLU_BODIES(positions)

}  // namespace trm::kernels
