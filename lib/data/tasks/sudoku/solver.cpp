#include "data/tasks/sudoku/solver.h"

#include <algorithm>
#include <bit>
#include <stdexcept>

namespace trm::data::sudoku {
namespace {

// The candidates of each cell: bit d - 1 is digit d.
using Candidates = std::array<uint16_t, 256>;

struct State {
  Candidates candidates;
  uint64_t changed;  // units to look through for hidden singles, one bit each
};

bool is_single(uint16_t candidates) { return (candidates & (candidates - 1)) == 0; }

uint8_t digit_of(uint16_t bit) { return static_cast<uint8_t>(std::countr_zero(bit) + 1); }

}  // namespace

class Search {
 public:
  Search(const Solver& solver, int limit, int64_t max_guesses, Stream* stream = nullptr)
      : solver_(solver),
        cells_(static_cast<size_t>(solver.box_.cells())),
        all_(static_cast<uint16_t>((uint32_t{1} << solver.box_.side()) - 1)),
        limit_(limit),
        max_guesses_(max_guesses),
        stream_(stream) {}

  // The state of a board, or nothing when its givens contradict each other.
  bool load(Cells board, State& state) const {
    if (board.size() != cells_) throw std::logic_error("sudoku solver: size of the board");
    std::fill_n(state.candidates.begin(), cells_, all_);
    state.changed = (uint64_t{1} << solver_.units_.size()) - 1;
    for (size_t cell = 0; cell < cells_; ++cell) {
      if (board[cell] == 0) continue;
      if (board[cell] > solver_.box_.side()) throw std::logic_error("sudoku solver: digit");
      const auto bit = static_cast<uint16_t>(uint32_t{1} << (board[cell] - 1));
      if (!place(state, cell, bit)) return false;
    }
    return true;
  }

  // Takes digits out of the candidates of a cell.
  bool forbid(State& state, size_t cell, uint16_t bits) const {
    const auto rest = static_cast<uint16_t>(state.candidates[cell] & ~bits);
    if (rest == 0) return false;
    if (is_single(rest)) return place(state, cell, rest);
    state.candidates[cell] = rest;
    state.changed |= solver_.units_of_[cell];
    return true;
  }

  void run(State& state) {
    if (!find_hidden_singles(state)) return;
    const size_t cell = branch_cell(state);
    if (cell == cells_) return accept(state);
    for (uint16_t rest = state.candidates[cell]; rest != 0;) {
      const uint16_t bit = stream_ == nullptr ? lowest(rest) : drawn(rest);
      rest = static_cast<uint16_t>(rest & ~bit);
      if (result_.guesses >= max_guesses_) {
        result_.complete = false;
        return;
      }
      ++result_.guesses;
      State next;
      next.changed = 0;
      std::copy_n(state.candidates.begin(), cells_, next.candidates.begin());
      if (place(next, cell, bit)) run(next);
      if (result_.count >= limit_ || !result_.complete) return;
    }
  }

  Solution take() { return std::move(result_); }

 private:
  static uint16_t lowest(uint16_t bits) { return static_cast<uint16_t>(bits & -bits); }

  uint16_t drawn(uint16_t bits) const {
    for (uint64_t skip = stream_->below(static_cast<uint64_t>(std::popcount(bits))); skip > 0;
         --skip) {
      bits = static_cast<uint16_t>(bits & (bits - 1));
    }
    return lowest(bits);
  }

  // Fills a cell and every naked single that follows; false at a contradiction.
  bool place(State& state, size_t first, uint16_t first_bit) const {
    auto& candidates = state.candidates;
    if ((candidates[first] & first_bit) == 0) return false;
    if (candidates[first] == first_bit) return true;  // its peers know already
    std::array<uint8_t, 256> filled;
    size_t count = 0;
    candidates[first] = first_bit;
    state.changed |= solver_.units_of_[first];
    filled[count++] = static_cast<uint8_t>(first);
    while (count > 0) {
      const size_t cell = filled[--count];
      const uint16_t bit = candidates[cell];
      for (const uint8_t peer : solver_.peers_[cell]) {
        if ((candidates[peer] & bit) == 0) continue;
        const auto rest = static_cast<uint16_t>(candidates[peer] & ~bit);
        if (rest == 0) return false;
        candidates[peer] = rest;
        state.changed |= solver_.units_of_[peer];
        if (is_single(rest)) filled[count++] = peer;
      }
    }
    return true;
  }

  bool find_hidden_singles(State& state) const {
    while (state.changed != 0) {
      const auto& unit = solver_.units_[static_cast<size_t>(std::countr_zero(state.changed))];
      state.changed &= state.changed - 1;
      uint16_t once = 0, again = 0, filled = 0;
      for (const uint8_t cell : unit) {
        const uint16_t here = state.candidates[cell];
        again = static_cast<uint16_t>(again | (once & here));
        once |= here;
        if (is_single(here)) filled |= here;
      }
      if (once != all_) return false;
      const auto hidden = static_cast<uint16_t>(once & ~again & ~filled);
      if (hidden == 0) continue;
      for (const uint8_t cell : unit) {
        const auto bits = static_cast<uint16_t>(state.candidates[cell] & hidden);
        if (bits == 0 || is_single(state.candidates[cell])) continue;
        if (!is_single(bits) || !place(state, cell, bits)) return false;
      }
    }
    return true;
  }

  // The first cell with the fewest candidates (of a random grid: any of them), or cells_ when every
  // cell is filled.
  size_t branch_cell(const State& state) const {
    size_t best = cells_;
    int fewest = 17;
    uint64_t ties = 0;
    for (size_t cell = 0; cell < cells_; ++cell) {
      const int count = std::popcount(state.candidates[cell]);
      if (count < 2 || count > fewest) continue;
      ties = count < fewest ? 1 : ties + 1;
      if (count < fewest || (stream_ != nullptr && stream_->below(ties) == 0)) best = cell;
      fewest = count;
      if (count == 2 && stream_ == nullptr) break;
    }
    return best;
  }

  void accept(const State& state) {
    if (result_.count++ > 0) return;
    for (size_t cell = 0; cell < cells_; ++cell) {
      result_.first.push_back(digit_of(state.candidates[cell]));
    }
  }

  const Solver& solver_;
  size_t cells_;
  uint16_t all_;
  int limit_;
  int64_t max_guesses_;
  Stream* stream_;  // draws cells and digits; without it both are taken in order
  Solution result_;
};

Solver::Solver(Box box) : box_(box) {
  const int side = box.side();
  units_.resize(static_cast<size_t>(3 * side));
  for (int row = 0; row < side; ++row) {
    for (int column = 0; column < side; ++column) {
      const auto cell = static_cast<uint8_t>(row * side + column);
      uint64_t units = 0;
      for (const int unit : {row, side + column, 2 * side + box.block_of(row, column)}) {
        units_[static_cast<size_t>(unit)].push_back(cell);
        units |= uint64_t{1} << unit;
      }
      units_of_.push_back(units);
    }
  }
  peers_.resize(units_of_.size());
  for (size_t cell = 0; cell < peers_.size(); ++cell) {
    for (size_t other = 0; other < peers_.size(); ++other) {
      const bool shared = (units_of_[cell] & units_of_[other]) != 0;
      if (shared && other != cell) peers_[cell].push_back(static_cast<uint8_t>(other));
    }
  }
}

Solution Solver::solve(Cells board, int limit, int64_t max_guesses) const {
  Search search(*this, limit, max_guesses);
  State state;
  if (search.load(board, state)) search.run(state);
  return search.take();
}

std::optional<bool> Solver::has_other(Cells board, int cell, int digit, int64_t max_guesses) const {
  Search search(*this, 1, max_guesses);
  State state;
  const auto bit = static_cast<uint16_t>(uint32_t{1} << (digit - 1));
  if (!search.load(board, state) || !search.forbid(state, static_cast<size_t>(cell), bit)) {
    return false;
  }
  search.run(state);
  const Solution found = search.take();
  if (found.count > 0) return true;
  if (!found.complete) return std::nullopt;
  return false;
}

Board Solver::random_grid(Stream& stream) const {
  // A bad start of a large board can take very long to refute; another start does not.
  constexpr int64_t kMaxGuesses = 2000;
  const Board empty(static_cast<size_t>(box_.cells()));
  while (true) {
    Search search(*this, 1, kMaxGuesses, &stream);
    State state;
    search.load(empty, state);
    search.run(state);
    Solution found = search.take();
    if (found.count > 0) return std::move(found.first);
  }
}

Solution solve(Cells board, Box box, int limit) { return Solver(box).solve(board, limit); }

}  // namespace trm::data::sudoku
