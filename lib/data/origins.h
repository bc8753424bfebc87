#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "data/packed.h"

namespace trm::data {

// The rating and source of an example that is being packed; a source may be unknown, "".
void add_origin(std::optional<int64_t> rating, const std::string& source, PackedSplit& split);

// To be called after the last example: a split has ratings where all examples have one, and sources
// where any is known.
void end_origins(PackedSplit& split);

}  // namespace trm::data
