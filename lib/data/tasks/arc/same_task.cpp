#include "data/tasks/arc/same_task.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "core/error.h"
#include "core/printable.h"
#include "data/fault_list.h"

namespace trm::data::arc {
namespace {

struct Place {
  size_t subset, puzzle;
  bool operator==(const Place&) const = default;
};

using Places = std::map<std::string, std::vector<Place>>;

Places places_of(const std::vector<Subset>& subsets) {
  Places places;
  for (size_t s = 0; s < subsets.size(); ++s) {
    const auto& puzzles = subsets[s].puzzles;
    for (size_t p = 0; p < puzzles.size(); ++p) places[puzzles[p].name].push_back({s, p});
  }
  std::erase_if(places, [](const auto& entry) { return entry.second.size() == 1; });
  return places;
}

[[noreturn]] void refuse(const Places& places, const std::vector<Subset>& subsets) {
  const auto set_of = [&](const Place& place) {
    return std::filesystem::path(subsets[place.subset].name).filename().string();
  };
  std::vector<std::string> shown;
  for (const auto& [name, found] : places)
    shown.push_back(fmt::format("{} ({} and {})", name, set_of(found[0]), set_of(found[1])));
  throw Error(
      fmt::format("{} found more than once: {}; --same-task keep-tested leaves out those "
                  "that are not tested, keep-first those that come later",
                  number_of(static_cast<int64_t>(places.size()), "task"), listed(shown, 4)));
}

Place kept(const std::vector<Place>& places, SameTask rule, const std::vector<Subset>& subsets) {
  if (rule == SameTask::kKeepTested) {
    for (const auto& place : places) {
      if (subsets[place.subset].tested) return place;
    }
  }
  return places.front();
}

}  // namespace

int64_t keep_one_of_each(SameTask rule, std::vector<Subset>& subsets) {
  const auto places = places_of(subsets);
  if (places.empty()) return 0;
  if (rule == SameTask::kRefuse) refuse(places, subsets);
  int64_t count = 0;
  std::vector<Subset> chosen;
  for (size_t s = 0; s < subsets.size(); ++s) {
    chosen.push_back({{}, subsets[s].tested, subsets[s].name});
    for (size_t p = 0; p < subsets[s].puzzles.size(); ++p) {
      auto& puzzle = subsets[s].puzzles[p];
      const auto found = places.find(puzzle.name);
      const bool stays = found == places.end() || kept(found->second, rule, subsets) == Place{s, p};
      if (stays) chosen.back().puzzles.push_back(std::move(puzzle));
      count += stays ? 0 : 1;
    }
  }
  subsets = std::move(chosen);
  return count;
}

}  // namespace trm::data::arc
