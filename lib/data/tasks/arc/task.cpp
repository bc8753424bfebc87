#include "data/tasks/arc/task.h"

#include <algorithm>

#include "core/error.h"
#include "data/square.h"
#include "data/tasks/arc/scorer.h"

namespace trm::data {
namespace {

using arc::Grid;

// The colours that the public viewer of ARC has.
constexpr uint32_t kPalette[arc::kColours] = {0x000000, 0x0074d9, 0xff4136, 0x2ecc40, 0xffdc00,
                                              0xaaaaaa, 0xf012be, 0xff851b, 0x7fdbff, 0x870c25};

// The grid of a canvas that begins at a corner.
Grid grid_at(const arc::Corner& corner, Tokens canvas) {
  const auto tokens = narrowed(canvas);
  const int64_t side = square_side(tokens.size());
  std::vector<uint8_t> moved(tokens.size(), arc::kPadding);
  for (int64_t r = corner.row; r < side; ++r) {
    for (int64_t c = corner.column; c < side; ++c) {
      moved[static_cast<size_t>((r - corner.row) * side + c - corner.column)] =
          tokens[static_cast<size_t>(r * side + c)];
    }
  }
  return arc::crop(moved);
}

// The grid of a pair wherever it lies.
Grid placed_grid(Tokens canvas) { return grid_at(arc::corner_of(narrowed(canvas)), canvas); }

void place(const Grid& grid, int64_t row, int64_t column, std::span<Token> tokens) {
  std::vector<uint8_t> canvas(tokens.size());
  arc::place(grid, row, column, canvas);
  std::ranges::copy(canvas, tokens.begin());
}

}  // namespace

bool Arc::fits(const PackedInfo& info) {
  const int64_t side = square_side(static_cast<size_t>(info.cells));
  return info.vocabulary == arc::kVocabulary && side * side == info.cells && side <= arc::kMostSide;
}

Arc::Arc(const Config& config, const PackedInfo& info)
    : config_(config), side_(square_side(static_cast<size_t>(info.cells))) {
  if (!fits(info)) {
    throw Error("data.task: " + std::to_string(info.cells) + " cells of " +
                std::to_string(info.vocabulary) + " tokens are no ARC canvas; choose another task");
  }
}

void Arc::augment(std::span<Token> input, std::span<Token> label, Stream& stream) const {
  const auto from = placed_grid(input), to = placed_grid(label);
  const auto draw = [&](int64_t size) {
    return static_cast<int64_t>(stream.below(static_cast<uint64_t>(side_ - size + 1)));
  };
  const int64_t row = draw(std::max(from.rows, to.rows));
  const int64_t column = draw(std::max(from.columns, to.columns));
  place(from, row, column, input);
  place(to, row, column, label);
}

uint32_t Arc::copies() const { return arc::Transform::codes(); }

void Arc::transform(uint32_t code, std::span<Token> input, std::span<Token> label) const {
  const auto transform = arc::Transform::from_code(code);
  for (const auto tokens : {input, label})
    place(transform.apply(arc::crop(narrowed(tokens))), 0, 0, tokens);
}

std::vector<Token> Arc::shown(Tokens input, Tokens answer) const {
  const auto corner = arc::corner_of(narrowed(input));
  std::vector<Token> shown(answer.size());
  place(grid_at(corner, answer), corner.row, corner.column, shown);
  return shown;
}

std::vector<Token> Arc::form(Tokens input, Tokens label) const {
  std::vector<Token> form;
  for (const auto tokens : {input, label}) {
    const auto grid = placed_grid(tokens);
    form.push_back(static_cast<Token>(grid.rows));
    form.push_back(static_cast<Token>(grid.columns));
    form.insert(form.end(), grid.cells.begin(), grid.cells.end());
  }
  return form;
}

std::string Arc::mistake(Tokens input, Tokens label, Tokens answer) const {
  const auto corner = arc::corner_of(narrowed(label));
  const auto right = grid_at(corner, label), said = grid_at(corner, answer);
  if (said.cells.empty()) return "no grid";
  if (said.rows != right.rows || said.columns != right.columns) return "wrong size";
  if (said.cells != right.cells) return "wrong colours";
  return Task::mistake(input, label, answer);
}

std::unique_ptr<Scorer> Arc::scorer(const ScorerContext& context) const {
  if (context.data.split() != "test") return Task::scorer(context);
  return std::make_unique<arc::VoteScorer>(context);
}

int64_t Arc::canvas_side(Tokens tokens) const {
  const auto grid = placed_grid(tokens);
  const auto corner = arc::corner_of(narrowed(tokens));
  return std::max(corner.row + grid.rows, corner.column + grid.columns);
}

int64_t Arc::content_side(Tokens tokens) const {
  const auto grid = placed_grid(tokens);
  return std::max(grid.rows, grid.columns);
}

int64_t Arc::size_of(Tokens input) const {
  const auto grid = placed_grid(input);
  return grid.rows * grid.columns;
}

std::vector<Token> Arc::parse(std::string_view text) const {
  Grid grid;
  std::vector<std::string> rows(1);
  for (const char c : text) {
    if (c == '\n' || c == '/') {
      rows.emplace_back();
    } else if (c >= '0' && c <= '9') {
      rows.back() += c;
    } else if (c != ' ' && c != '\r') {
      throw Error(std::string("puzzle: '") + c +
                  "' is no colour; write rows of digits, '/' between them");
    }
  }
  std::erase_if(rows, [](const std::string& row) { return row.empty(); });
  if (rows.empty()) throw Error("puzzle: empty; write rows of digits, '/' between them");
  grid.rows = static_cast<int64_t>(rows.size());
  grid.columns = static_cast<int64_t>(rows.front().size());
  if (grid.rows > side_ || grid.columns > side_) {
    throw Error("puzzle: a grid of " + std::to_string(grid.rows) + "x" +
                std::to_string(grid.columns) + " on a canvas of " + std::to_string(side_) + "x" +
                std::to_string(side_));
  }
  for (const auto& row : rows) {
    if (static_cast<int64_t>(row.size()) != grid.columns)
      throw Error("puzzle: rows of different lengths");
    for (const char c : row) grid.cells.push_back(static_cast<uint8_t>(c - '0'));
  }
  std::vector<Token> tokens(static_cast<size_t>(side_ * side_));
  place(grid, 0, 0, tokens);
  return tokens;
}

std::string Arc::line(Tokens tokens) const {
  const auto grid = placed_grid(tokens);
  std::string text;
  for (int64_t r = 0; r < grid.rows; ++r) {
    if (r > 0) text += '/';
    for (int64_t c = 0; c < grid.columns; ++c) text += static_cast<char>('0' + grid.at(r, c));
  }
  return text;
}

std::string Arc::draw(Tokens tokens, std::span<const bool> marked, std::string_view before,
                      std::string_view after) const {
  const auto grid = placed_grid(tokens);
  const auto corner = arc::corner_of(narrowed(tokens));
  std::string text;
  for (int64_t r = 0; r < grid.rows; ++r) {
    for (int64_t c = 0; c < grid.columns; ++c) {
      const auto cell = static_cast<size_t>((corner.row + r) * side_ + corner.column + c);
      const std::string digit(1, static_cast<char>('0' + grid.at(r, c)));
      const bool mark = !marked.empty() && marked[cell];
      text +=
          (c > 0 ? " " : "") + (mark ? std::string(before) + digit + std::string(after) : digit);
    }
    text += '\n';
  }
  return text.empty() ? "(empty)\n" : text;
}

Picture Arc::picture(Tokens tokens) const {
  const auto grid = placed_grid(tokens);
  Picture picture{grid.rows, grid.columns, {}};
  for (const auto colour : grid.cells) picture.cells.push_back({kPalette[colour], "", false});
  return picture;
}

}  // namespace trm::data
