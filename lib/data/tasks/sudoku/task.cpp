#include "data/tasks/sudoku/task.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "data/tasks/sudoku/grid_class.h"

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

// A random-looking number of any number (the finaliser of SplitMix64).
uint64_t mixed(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

Sudoku::Sudoku(const Config& config, const PackedInfo& info)
    : config_(config), box_(box_of(info.cells)), solver_(box_) {
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

std::string Sudoku::mistake(Tokens input, Tokens label, Tokens answer) const {
  const auto board = digits_of(answer);
  if (!sudoku::keeps_givens(digits_of(input), board)) return "givens broken";
  if (sudoku::repeats_digit(board, box_)) return "rule broken";
  if (!sudoku::obeys_rules(board, box_)) return "empty cells";
  return Task::mistake(input, label, answer);
}

std::vector<Token> Sudoku::form(Tokens input, Tokens label) const {
  const auto question = digits_of(input), answer = digits_of(label);
  if (!sudoku::obeys_rules(answer, box_)) return Task::form(input, label);
  return widened(sudoku::least_puzzle(question, answer, box_));
}

// A sum over what the symmetries leave as it is: of each given how many share its row, column,
// block and digit, and of each two that share the digit whether they share a band or a stack. Rows
// and columns are not told apart, as transposing swaps them.
uint64_t Sudoku::trait(Tokens input, Tokens /*label*/) const {
  struct Given {
    uint64_t digit, row, column, block;
  };
  std::vector<Given> givens;
  std::array<uint64_t, 17> digits{}, rows{}, columns{}, blocks{};
  for (int cell = 0; cell < box_.cells(); ++cell) {
    const auto token = static_cast<uint64_t>(input[static_cast<size_t>(cell)]);
    if (token < 2) continue;
    const int row = cell / box_.side(), column = cell % box_.side();
    const auto block = static_cast<uint64_t>(box_.block_of(row, column));
    const Given given{token - 1, static_cast<uint64_t>(row), static_cast<uint64_t>(column), block};
    ++digits[given.digit], ++rows[given.row], ++columns[given.column], ++blocks[given.block];
    givens.push_back(given);
  }
  const auto pair_of = [](uint64_t a, uint64_t b) { return std::min(a, b) * 32 + std::max(a, b); };
  const auto band = static_cast<uint64_t>(box_.rows), stack = static_cast<uint64_t>(box_.columns);
  uint64_t sum = 0;
  for (size_t i = 0; i < givens.size(); ++i) {
    const auto& a = givens[i];
    sum += mixed(1 + pair_of(rows[a.row], columns[a.column]) + 1024 * blocks[a.block] +
                 32768 * digits[a.digit]);
    for (size_t j = 0; j < i; ++j) {
      const auto& b = givens[j];
      if (b.digit != a.digit) continue;
      const uint64_t shared = pair_of(a.row / band == b.row / band ? 1 : 0,
                                      a.column / stack == b.column / stack ? 1 : 0);
      sum += mixed((shared << 40) + pair_of(blocks[a.block], blocks[b.block]) + (1ULL << 50));
    }
  }
  return sum;
}

std::optional<std::string> Sudoku::fault(Tokens input, Tokens label) const {
  // Keeps a large board with hardly any givens from holding up everything else.
  constexpr int64_t kMaxGuesses = 1'000'000;
  const auto question = digits_of(input), answer = digits_of(label);
  if (!sudoku::keeps_givens(question, answer) || !sudoku::obeys_rules(answer, box_))
    return "labels are no solution of their puzzle";
  if (solver_.solve(question, 2, kMaxGuesses).count > 1) return "puzzles have several solutions";
  return std::nullopt;
}

int64_t Sudoku::size_of(Tokens input) const {
  return std::count_if(input.begin(), input.end(), [this](Token token) { return keeps(token); });
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
