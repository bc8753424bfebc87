#include "data/tasks/sudoku/grid_class.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <stdexcept>

namespace trm::data::sudoku {
namespace {

// Renaming makes the first row of an image 1, 2, 3, ..., so the second row is what decides: its
// digits are then places in the first row. For each pair of rows of a band the search lays out the
// columns from left to right and gives every digit of the second row the least place that the
// columns laid out so far leave it. Only where no digit has asked for a place does it branch. Few
// layouts reach the least second row; the rest of the image follows from each by sorting.
class LeastImage {
 public:
  LeastImage(Cells grid, Box box) : box_(box), side_(static_cast<size_t>(box.side())) {
    second_.fill(kMost);
    add(grid, 0);
    if (box.rows == box.columns) add(transposed(grid), 1);
  }

  Board find() const {
    Board best;
    for (const Layout& layout : layouts_) complete(layout, best);
    return best;
  }

  // The least of a question among the images whose grid is the least.
  Board find(Cells question) const {
    const Board least = find(), straight(question.begin(), question.end());
    const Board turned = box_.rows == box_.columns ? transposed(question) : straight;
    Board best;
    for (const Layout& layout : layouts_) {
      const Image image = image_of(layout);
      if (apply(image, boards_[layout.board]) != least) continue;
      Board other = apply(image, layout.board == 0 ? straight : turned);
      if (best.empty() || other < best) best = std::move(other);
    }
    return best;
  }

 private:
  static constexpr uint8_t kMost = 255;
  using Lines = std::array<uint8_t, 16>;

  // Places given to columns, the first ones of each stack; kMost where there is none yet.
  struct Columns {
    Lines column_at, place_of;
    std::array<uint8_t, 4> stack_place, placed;  // per stack: its place, its columns that have one
    uint8_t stacks = 0;                          // stacks that have a place
  };

  struct Layout {
    size_t board, first, second;  // which of boards_, and the rows that come first in it
    Lines column_at;
  };

  // Where the cells of an image come from, and the new names of digits; empty stays empty.
  struct Image {
    Lines rows, columns;
    std::array<uint8_t, 17> name;
  };

  Board transposed(Cells board) const {
    Board turned(board.size());
    for (size_t row = 0; row < side_; ++row) {
      for (size_t column = 0; column < side_; ++column) {
        turned[column * side_ + row] = board[row * side_ + column];
      }
    }
    return turned;
  }

  void add(Cells board, size_t index) {
    boards_.emplace_back(board.begin(), board.end());
    const auto band = static_cast<size_t>(box_.rows);
    for (size_t first = 0; first < side_; ++first) {
      Lines column_of{};  // by digit - 1
      for (size_t j = 0; j < side_; ++j) {
        column_of[board[first * side_ + j] - 1U] = static_cast<uint8_t>(j);
      }
      for (size_t second = first / band * band; second < first / band * band + band; ++second) {
        if (second == first) continue;
        for (size_t j = 0; j < side_; ++j) target_[j] = column_of[board[second * side_ + j] - 1U];
        pair_ = {index, first, second, {}};
        Columns none;
        none.column_at.fill(kMost);
        none.place_of.fill(kMost);
        none.stack_place.fill(kMost);
        none.placed.fill(0);
        lay_out(none, 0);
      }
    }
  }

  size_t stack_of(size_t column) const { return column / static_cast<size_t>(box_.columns); }

  // Gives a column the next place of its stack, and its stack the next place when it has none.
  void place(Columns& columns, size_t column) const {
    const size_t stack = stack_of(column);
    if (columns.stack_place[stack] == kMost) columns.stack_place[stack] = columns.stacks++;
    const int at = columns.stack_place[stack] * box_.columns + columns.placed[stack]++;
    columns.place_of[column] = static_cast<uint8_t>(at);
    columns.column_at[static_cast<size_t>(at)] = static_cast<uint8_t>(column);
  }

  void lay_out(Columns& columns, size_t at) {
    for (; at < side_ && columns.column_at[at] != kMost; ++at) {
      const size_t target = target_[columns.column_at[at]];
      if (columns.place_of[target] == kMost) place(columns, target);
      const uint8_t digit = columns.place_of[target];
      if (digit > second_[at]) return;
      if (digit < second_[at]) {
        second_[at] = digit;
        std::fill(second_.begin() + static_cast<std::ptrdiff_t>(at) + 1, second_.end(), kMost);
        layouts_.clear();
      }
    }
    if (at == side_) {
      layouts_.push_back({pair_.board, pair_.first, pair_.second, columns.column_at});
      return;
    }
    const size_t stack = stack_of(at);  // by place
    for (size_t column = 0; column < side_; ++column) {
      if (columns.place_of[column] != kMost) continue;
      const uint8_t current = columns.stack_place[stack_of(column)];
      if (current != (stack < columns.stacks ? stack : kMost)) continue;
      Columns next = columns;
      place(next, column);
      lay_out(next, at);
    }
  }

  Image image_of(const Layout& layout) const {
    const Board& board = boards_[layout.board];
    Image image{{}, layout.column_at, {}};
    for (size_t i = 0; i < side_; ++i) {
      image.name[board[layout.first * side_ + layout.column_at[i]]] = static_cast<uint8_t>(i + 1);
    }
    image.rows = row_order(
        layout, [&](size_t row) { return image.name[board[row * side_ + layout.column_at[0]]]; });
    return image;
  }

  Board apply(const Image& image, Cells board) const {
    Board out;
    out.reserve(board.size());
    for (size_t row = 0; row < side_; ++row) {
      for (size_t i = 0; i < side_; ++i)
        out.push_back(image.name[board[image.rows[row] * side_ + image.columns[i]]]);
    }
    return out;
  }

  // Replaces `best` by the image of this layout if it is less, or if there is none.
  void complete(const Layout& layout, Board& best) const {
    const Board& board = boards_[layout.board];
    const Image image = image_of(layout);
    bool less = best.empty();
    best.resize(board.size());
    for (size_t row = 0, cell = 0; row < side_; ++row) {
      for (size_t i = 0; i < side_; ++i, ++cell) {
        const uint8_t here = image.name[board[image.rows[row] * side_ + image.columns[i]]];
        if (!less && here > best[cell]) return;
        less = less || here < best[cell];
        best[cell] = here;
      }
    }
  }

  // The two first rows, then the rows of their band and the other bands by their first digits.
  template <class Key>
  Lines row_order(const Layout& layout, Key&& first_digit) const {
    const auto band = static_cast<size_t>(box_.rows);
    Lines keys{}, bands{}, rows{};
    for (size_t row = 0; row < side_; ++row) keys[row] = first_digit(row);
    keys[layout.first] = 0;
    keys[layout.second] = 1;
    std::iota(rows.begin(), rows.end(), uint8_t{0});
    const auto by_key = [&](uint8_t a, uint8_t b) { return keys[a] < keys[b]; };
    for (size_t row = 0; row < side_; row += band) {
      std::sort(rows.begin() + static_cast<std::ptrdiff_t>(row),
                rows.begin() + static_cast<std::ptrdiff_t>(row + band), by_key);
    }
    const size_t count = side_ / band;
    std::iota(bands.begin(), bands.end(), uint8_t{0});
    std::sort(bands.begin(), bands.begin() + static_cast<std::ptrdiff_t>(count),
              [&](uint8_t a, uint8_t b) { return by_key(rows[a * band], rows[b * band]); });
    Lines order{};
    for (size_t row = 0; row < side_; ++row)
      order[row] = rows[bands[row / band] * band + row % band];
    return order;
  }

  Box box_;
  size_t side_;
  std::vector<Board> boards_;    // the grid, and where blocks are square its transpose
  Layout pair_{};                // the rows that are being searched
  Lines target_{};               // per column: the column of its second digit in the first row
  Lines second_{};               // the least second row so far, as places
  std::vector<Layout> layouts_;  // that reach it
};

// Calls visit(grid) for every grid that continues the board from `cell` on.
template <class Visit>
void each_grid(Board& board, Box box, size_t cell, Visit&& visit) {
  if (cell == board.size()) return visit(board);
  const auto side = static_cast<size_t>(box.side());
  const auto block = [&](size_t at) {
    return box.block_of(static_cast<int>(at / side), static_cast<int>(at % side));
  };
  uint32_t taken = 0;
  for (size_t other = 0; other < cell; ++other) {
    const bool met =
        other / side == cell / side || other % side == cell % side || block(other) == block(cell);
    if (met) taken |= uint32_t{1} << board[other];
  }
  for (size_t digit = 1; digit <= side; ++digit) {
    if ((taken >> digit & 1) != 0) continue;
    board[cell] = static_cast<uint8_t>(digit);
    each_grid(board, box, cell + 1, visit);
  }
}

}  // namespace

Board least_image(Cells grid, Box box) {
  if (!obeys_rules(grid, box)) throw std::logic_error("sudoku least_image: no complete grid");
  return LeastImage(grid, box).find();
}

Board least_puzzle(Cells question, Cells grid, Box box) {
  if (!obeys_rules(grid, box) || question.size() != grid.size())
    throw std::logic_error("sudoku least_puzzle: no puzzle with its solution");
  return LeastImage(grid, box).find(question);
}

std::vector<GridClass> grid_classes(Box box) {
  if (box.side() > 6) throw std::logic_error("sudoku grid_classes: too many");
  const auto side = static_cast<size_t>(box.side());
  Board board(side * side);
  std::iota(board.begin(), board.begin() + box.side(), uint8_t{1});
  board[side] = static_cast<uint8_t>(box.columns + 1);
  // Renaming reaches every first row from this one equally often, and then the order of columns
  // every digit that may come below the first, which is one of another stack.
  int64_t starts = box.side() - box.columns;
  for (int64_t n = 2; n <= box.side(); ++n) starts *= n;
  std::map<Board, int64_t> found;
  each_grid(board, box, side + 1,
            [&](const Board& grid) { found[least_image(grid, box)] += starts; });
  std::vector<GridClass> classes;
  for (const auto& [form, grids] : found) classes.push_back({form, grids});
  return classes;
}

}  // namespace trm::data::sudoku
