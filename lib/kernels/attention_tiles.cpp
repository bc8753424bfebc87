#include "kernels/attention_tiles.h"

#include "core/part_clock.h"
#include "kernels/cpu/softmax.h"
#include "kernels/panel.h"

namespace trm::kernels {
namespace {

using cpu::BFloat16;
using cpu::Matrix;
using tile::as_right;
using tile::constant;
using tile::multiply;
using tile::Right;

// Queries that go through at once: their scores stay in the cache.
int64_t queries_at_once(int64_t tokens) { return tokens <= 256 ? 128 : 64; }

// Columns of a matrix of scores: whole lines of a cache, and no power of two from row to row, which
// would meet in a few of them.
int64_t columns_for(int64_t tokens) {
  const int64_t lines = (tokens + 15) / 16;
  return 16 * (lines % 2 == 0 ? lines + 1 : lines);
}

// Tokens [0, T) of queries or keys, turned where there are angles; else where they are.
template <class T>
Matrix<const T> turned(const HeadShape& s, Matrix<const T> x, Matrix<T> room) {
  if (s.cos == nullptr) return x;
  for (int64_t t = 0; t < s.tokens; ++t)
    cpu::rotate(x.row(t), room.row(t), s.cos + t * s.size, s.sin + t * s.size, 1, 1, 1, s.size / 2);
  return constant(room);
}

// A gradient of `count` tokens from `first` on, turned back.
template <class T>
void store_turned_back(const HeadShape& s, Matrix<float> dx, int64_t first, int64_t count,
                       Matrix<T> to) {
  for (int64_t t = 0; s.cos != nullptr && t < count; ++t) {
    const int64_t angle = (first + t) * s.size;
    cpu::rotate(dx.row(t), dx.row(t), s.cos + angle, s.sin + angle, -1, 1, 1, s.size / 2);
  }
  cpu::convert(constant(dx), to, count, s.size);
}

// The transpose of x [rows, columns] as a right operand.
template <class T>
Right<T> transposed(Matrix<const T> x, int64_t rows, int64_t columns, Matrix<T> room) {
  tile::place_transposed(x, rows, columns, room, 0);
  return tile::right(room);
}

}  // namespace

template <class T>
void attend(const HeadShape& s, const HeadForward<T>& in) {
  const PartScope attention(Part::kAttention);
  const int64_t tokens = s.tokens, filled = tile::padded<T>(tokens), columns = columns_for(filled);
  const int64_t piece = queries_at_once(tokens), most = std::min(tokens, tile::longest(piece));
  tile::Scratch scratch;
  const auto q_room = scratch.matrix<T>(tokens, s.size);
  const auto k_room = scratch.matrix<T>(tokens, s.size);
  const auto k_along = scratch.matrix<T>(s.size, columns);
  const auto v_room = scratch.matrix<T>(filled, s.size);
  const auto scores = scratch.matrix<float>(most, columns);
  const auto weights = scratch.matrix<T>(most, columns);
  const auto mixed = scratch.matrix<float>(most, s.size);
  const auto sums = scratch.matrix<float>(1, most);

  const auto q = turned(s, in.q, q_room);
  const auto k = transposed(turned(s, in.k, k_room), tokens, s.size, k_along);
  const auto v = as_right(in.v, tokens, s.size, v_room);
  tile::for_pieces(tokens, piece, [&](int64_t first, int64_t count) {
    multiply({count, tokens, s.size}, q.from(first, 0), k, scores, false);
    cpu::softmax_tile(constant(scores), weights, sums.at, in.log_sum + first, s.scale, count,
                      tokens, filled);
    multiply({count, s.size, filled}, constant(weights), v, mixed, false);
    cpu::divide_rows(constant(mixed), sums.at, in.y.from(first, 0), count, s.size);
  });
  tile::release<T>();
}

template <class T>
void attend_gradient(const HeadShape& s, const HeadBackward<T>& in) {
  const PartScope attention(Part::kAttention);
  const int64_t tokens = s.tokens, filled = tile::padded<T>(tokens), columns = columns_for(filled);
  const int64_t piece = queries_at_once(tokens), most = std::min(tokens, tile::longest(piece));
  const int64_t most_filled = tile::padded<T>(most);
  tile::Scratch scratch;
  const auto q_room = scratch.matrix<T>(tokens, s.size);
  const auto k_room = scratch.matrix<T>(tokens, s.size);
  const auto k_along = scratch.matrix<T>(s.size, columns);
  const auto v_along = scratch.matrix<T>(s.size, columns);
  const auto k_right = scratch.matrix<T>(filled, s.size);
  const auto q_right = scratch.matrix<T>(most_filled, s.size);
  const auto dy_right = scratch.matrix<T>(most_filled, s.size);
  const auto scores = scratch.matrix<float>(most, columns);
  const auto dweights = scratch.matrix<float>(most, columns);
  const auto weights = scratch.matrix<T>(most, columns);
  const auto dscores = scratch.matrix<T>(most, columns);
  const auto along = scratch.matrix<T>(tokens, columns_for(most_filled));
  const auto pairs = scratch.matrix<uint32_t>(most_filled, columns);
  const auto dots = scratch.matrix<float>(1, most);
  const auto dq = scratch.matrix<float>(most, s.size);
  const auto dk = scratch.matrix<float>(tokens, s.size);
  const auto dv = scratch.matrix<float>(tokens, s.size);

  const auto q = turned(s, in.q, q_room);
  const auto k = turned(s, in.k, k_room);
  const auto k_turned = transposed(k, tokens, s.size, k_along);
  const auto v_turned = transposed(in.v, tokens, s.size, v_along);
  const auto k_rows = as_right(k, tokens, s.size, k_right);
  tile::for_pieces(tokens, piece, [&](int64_t first, int64_t count) {
    const int64_t inner = tile::padded<T>(count);
    const auto queries = q.from(first, 0), dy = in.dy.from(first, 0);
    multiply({count, tokens, s.size}, queries, k_turned, scores, false);
    multiply({count, tokens, s.size}, dy, v_turned, dweights, false);
    cpu::dot_rows(dy, in.y.from(first, 0), dots.at, count, s.size);
    cpu::softmax_gradient_tile(constant(scores), constant(dweights), in.log_sum + first, dots.at,
                               s.scale, weights, dscores, count, tokens, filled);
    multiply({count, s.size, filled}, constant(dscores), k_rows, dq, false);
    store_turned_back(s, dq, first, count, in.dq.from(first, 0));

    tile::transpose_into(constant(weights), count, tokens, along, 0, pairs);
    multiply({tokens, s.size, inner}, constant(along), as_right(dy, count, s.size, dy_right), dv,
             first > 0);
    tile::transpose_into(constant(dscores), count, tokens, along, 0, pairs);
    multiply({tokens, s.size, inner}, constant(along), as_right(queries, count, s.size, q_right),
             dk, first > 0);
  });
  store_turned_back(s, dk, 0, tokens, in.dk);
  cpu::convert(constant(dv), in.dv, tokens, s.size);
  tile::release<T>();
}

template void attend(const HeadShape&, const HeadForward<float>&);
template void attend(const HeadShape&, const HeadForward<BFloat16>&);
template void attend_gradient(const HeadShape&, const HeadBackward<float>&);
template void attend_gradient(const HeadShape&, const HeadBackward<BFloat16>&);

}  // namespace trm::kernels
