#include "data/tasks/arc/transform.h"

#include <algorithm>

#include "core/error.h"
#include "data/grid_symmetry.h"

namespace trm::data::arc {
namespace {

constexpr std::string_view kSeparator = "|||";
constexpr uint32_t kOrders = 362880;  // of nine colours

Grid turned(const Grid& grid, int symmetry) {
  const GridSize size{grid.rows, grid.columns};
  const auto image = image_size(symmetry, size);
  Grid result{image.rows, image.columns, std::vector<uint8_t>(grid.cells.size())};
  apply_symmetry(symmetry, size, grid.cells, result.cells);
  return result;
}

Grid coloured(Grid grid, const std::array<uint8_t, kColours>& colours) {
  for (auto& cell : grid.cells) cell = colours[cell];
  return grid;
}

}  // namespace

Transform Transform::draw(NumpyLegacy& random) {
  Transform transform;
  transform.symmetry = static_cast<uint8_t>(random.randint(0, kGridSymmetries));
  const auto order = random.permutation(kColours - 1);
  for (size_t i = 0; i < order.size(); ++i)
    transform.colours[i + 1] = static_cast<uint8_t>(order[i] + 1);
  return transform;
}

Transform Transform::draw(Stream& stream) {
  Transform transform;
  transform.symmetry = static_cast<uint8_t>(stream.below(kGridSymmetries));
  stream.shuffle(std::span(transform.colours).subspan(1));
  return transform;
}

Grid Transform::apply(const Grid& grid) const { return turned(coloured(grid, colours), symmetry); }

Grid Transform::undo(const Grid& grid) const {
  std::array<uint8_t, kColours> back{};
  for (uint8_t colour = 0; colour < kColours; ++colour) back[colours[colour]] = colour;
  return coloured(turned(grid, inverse(symmetry)), back);
}

std::string Transform::suffix() const {
  if (identity()) return "";
  std::string text(kSeparator);
  text += 't' + std::to_string(symmetry);
  text += kSeparator;
  for (const auto colour : colours) text += static_cast<char>('0' + colour);
  return text;
}

uint32_t Transform::code() const {
  // The rank of the colours' order among all, first colour first.
  uint32_t rank = 0;
  for (size_t i = 1; i < colours.size(); ++i) {
    const auto smaller = std::count_if(colours.begin() + static_cast<int64_t>(i) + 1, colours.end(),
                                       [&](uint8_t other) { return other < colours[i]; });
    rank = rank * static_cast<uint32_t>(kColours - i) + static_cast<uint32_t>(smaller);
  }
  return symmetry * kOrders + rank;
}

uint32_t Transform::codes() { return uint32_t{kGridSymmetries} * kOrders; }

Transform Transform::from_code(uint32_t code) {
  if (code >= codes()) throw Error("augmentation " + std::to_string(code) + " is none");
  Transform transform;
  transform.symmetry = static_cast<uint8_t>(code / kOrders);
  uint32_t rank = code % kOrders;
  std::array<uint32_t, kColours> smaller{};
  for (size_t i = kColours - 1; i >= 1; --i) {
    const auto choices = static_cast<uint32_t>(kColours - i);
    smaller[i] = rank % choices;
    rank /= choices;
  }
  for (size_t i = 1; i < kColours; ++i) {
    const auto next = transform.colours.begin() + static_cast<int64_t>(i);
    std::rotate(next, next + smaller[i], next + smaller[i] + 1);
  }
  return transform;
}

NamedTransform parse_identifier(std::string_view identifier) {
  const NamedTransform whole{std::string(identifier), {}};
  constexpr size_t kLength = 3 + 2 + 3 + kColours;
  if (identifier.size() < kLength) return whole;
  const auto tail = identifier.substr(identifier.size() - kLength);
  const auto digits = tail.substr(kLength - kColours);
  const bool shaped = tail.starts_with("|||t") && tail[4] >= '0' && tail[4] <= '7' &&
                      tail.substr(5, 3) == kSeparator;
  Transform transform;
  auto seen = transform.colours;
  for (size_t i = 0; i < digits.size(); ++i)
    transform.colours[i] = static_cast<uint8_t>(digits[i] - '0');
  seen = transform.colours;
  std::sort(seen.begin(), seen.end());
  if (!shaped || transform.colours[0] != 0 || seen != Transform{}.colours) return whole;
  transform.symmetry = static_cast<uint8_t>(tail[4] - '0');
  return {std::string(identifier.substr(0, identifier.size() - kLength)), transform};
}

}  // namespace trm::data::arc
