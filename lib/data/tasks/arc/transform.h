#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/numpy_random.h"
#include "core/random.h"
#include "data/tasks/arc/grid.h"

namespace trm::data::arc {

// What makes another puzzle of a puzzle: new colours, black (0) staying, then one of the eight
// symmetries of the square (spec 7.3, 7.4).
struct Transform {
  uint8_t symmetry = 0;
  std::array<uint8_t, kColours> colours = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};  // the new one of each

  // As the reference draws them.
  static Transform draw(NumpyLegacy& random);
  static Transform draw(Stream& stream);

  Grid apply(const Grid& grid) const;
  Grid undo(const Grid& grid) const;

  // "|||t3|||0123456789", which follows a puzzle's name; empty for the identity.
  std::string suffix() const;
  // One number, 0 for the identity, and back. Error on a number that is none of these.
  static uint32_t codes();  // how many there are
  uint32_t code() const;
  static Transform from_code(uint32_t code);

  bool identity() const { return *this == Transform{}; }
  bool operator==(const Transform&) const = default;
};

// A name as identifiers.json has it: of the puzzle, and the transform after it.
struct NamedTransform {
  std::string puzzle;
  Transform transform;
};
// Names may hold any text; only a whole suffix at the end is taken for one. For folders that hold
// their copies; elsewhere names are of puzzles alone.
NamedTransform parse_identifier(std::string_view identifier);

}  // namespace trm::data::arc
