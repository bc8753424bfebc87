#include "data/number_list.h"

#include <algorithm>

#include "data/inconsistent.h"
#include "format/npy.h"

namespace trm::data {

NumberList read_numbers(const fs::path& path, int64_t most) {
  NumberList list{{}, stamp_of(path)};
  const auto array = format::read_npy(path);
  if (array.shape.size() != 1 || !format::is_integer(array.dtype))
    inconsistent(path, "not a list of whole numbers");
  list.values.reserve(static_cast<size_t>(array.count()));
  for (int64_t i = 0; i < array.count(); ++i) {
    const int64_t value = array.integer(i);
    if (value < 0 || value > most) {
      inconsistent(path, "number " + std::to_string(value) + " at place " + std::to_string(i) +
                             " is none of 0 to " + std::to_string(most));
    }
    list.values.push_back(static_cast<int32_t>(value));
  }
  return list;
}

void check_offsets(const fs::path& path, const std::vector<int32_t>& offsets, int64_t last) {
  if (offsets.empty() || offsets.front() != 0) inconsistent(path, "offsets that do not start at 0");
  const auto fall = std::adjacent_find(offsets.begin(), offsets.end(), std::greater_equal<>());
  if (fall != offsets.end()) {
    inconsistent(path, "offsets that do not rise, so that an entry is empty: " +
                           std::to_string(fall[1]) + " after " + std::to_string(fall[0]));
  }
  if (offsets.back() != last) {
    inconsistent(path, "offsets that end at " + std::to_string(offsets.back()) +
                           " where there are " + std::to_string(last));
  }
}

}  // namespace trm::data
