#include "data/tasks/sudoku/task.h"

#include <algorithm>

#include "core/error.h"

namespace trm::data {
namespace {

using sudoku::Board;

// Padding never occurs in a Sudoku; a model that answers it has left the cell empty.
Board digits_of(Tokens tokens) {
  Board board;
  for (const Token token : tokens)
    board.push_back(token == 0 ? 0 : static_cast<uint8_t>(token - 1));
  return board;
}

sudoku::Box box_of(int64_t cells) {
  const auto box = sudoku::box_of_cells(static_cast<size_t>(cells));
  if (!box) {
    throw Error("data.task: no Sudoku has " + std::to_string(cells) +
                " cells; choose another task or data folder");
  }
  return *box;
}

std::vector<Token> tokens_of(const Board& board) {
  std::vector<Token> tokens;
  for (const uint8_t digit : board) tokens.push_back(sudoku::token(digit));
  return tokens;
}

}  // namespace

Sudoku::Sudoku(const Config& config, const PackedInfo& info)
    : config_(config), box_(box_of(info.cells)) {
  if (info.vocabulary != box_.side() + 2) {
    throw Error("data.task: the data has " + std::to_string(info.vocabulary) +
                " tokens where a Sudoku of " + std::to_string(info.cells) + " cells has " +
                std::to_string(box_.side() + 2) + "; choose another task or data folder");
  }
}

bool Sudoku::fits(const PackedInfo& info) {
  const auto box = sudoku::box_of_cells(static_cast<size_t>(info.cells));
  return box && info.vocabulary == box->side() + 2;
}

bool Sudoku::augments() const {
  const auto& a = config_.augment;
  return a.digits || a.bands || a.rows || a.stacks || a.columns || a.transpose;
}

void Sudoku::augment(std::span<Token> input, std::span<Token> label, Stream& stream) const {
  const sudoku::Symmetry symmetry(box_, config_.augment, stream);
  Board image(input.size());
  for (const auto tokens : {input, label}) {
    symmetry.apply_to_tokens(narrowed(tokens), image);
    std::ranges::copy(image, tokens.begin());
  }
}

std::vector<double> Sudoku::score(Tokens input, Tokens answer) const {
  const auto board = digits_of(answer);
  return {sudoku::keeps_givens(digits_of(input), board) ? 1.0 : 0.0,
          sudoku::obeys_rules(board, box_) ? 1.0 : 0.0};
}

int64_t Sudoku::size_of(Tokens input) const {
  return std::count_if(input.begin(), input.end(), [](Token token) { return token > 1; });
}

std::vector<Token> Sudoku::parse(std::string_view text) const {
  return tokens_of(sudoku::parse_board(text, box_));
}

std::string Sudoku::line(Tokens tokens) const { return sudoku::to_line(digits_of(tokens)); }

std::string Sudoku::draw(Tokens tokens, std::span<const bool> marked, std::string_view before,
                         std::string_view after) const {
  return sudoku::draw(digits_of(tokens), box_, {marked, before, after});
}

// Boxes in two shades, as a board has them.
Picture Sudoku::picture(Tokens tokens) const {
  constexpr uint32_t kShades[] = {0xffffff, 0xdde6f0};
  const auto text = line(tokens);
  Picture picture{box_.side(), box_.side(), {}};
  for (int64_t i = 0; i < box_.cells(); ++i) {
    const int64_t band = i / box_.side() / box_.rows, stack = i % box_.side() / box_.columns;
    const char digit = text[static_cast<size_t>(i)];
    picture.cells.push_back(
        {kShades[(band + stack) % 2], digit == '.' ? "" : std::string(1, digit), false});
  }
  return picture;
}

}  // namespace trm::data
