#include "data/origins.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace trm::data {
namespace {

constexpr int32_t kUnrated = -1;

}  // namespace

void add_origin(std::optional<int64_t> rating, const std::string& source, PackedSplit& split) {
  if (rating && (*rating < 0 || *rating > std::numeric_limits<int32_t>::max()))
    throw std::logic_error("packed split: rating");
  split.ratings.push_back(static_cast<int32_t>(rating.value_or(kUnrated)));
  split.sources.push_back(source);
}

void end_origins(PackedSplit& split) {
  if (std::ranges::find(split.ratings, kUnrated) != split.ratings.end()) split.ratings.clear();
  const auto unknown = [](const std::string& source) { return source.empty(); };
  if (std::ranges::all_of(split.sources, unknown)) split.sources.clear();
}

}  // namespace trm::data
