#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset.h"
#include "data/task.h"

namespace trm::apps {

// What a page says about one split.
struct PageSplit {
  const data::Dataset& data;
  std::vector<std::pair<std::string, std::string>> facts;                      // name, value
  std::vector<std::pair<std::string, std::map<int64_t, int64_t>>> histograms;  // title, counts
};

struct Page {
  std::string title, kind;  // "data/arc1", "arc"
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<PageSplit> splits;
};

// A page of HTML that needs nothing beside it: what the data is, what the colours mean, statistics,
// and the first `show` examples of each split, before and after augmentation.
std::string inspect_page(const Page& page, const data::Task& task, int64_t show);

}  // namespace trm::apps
