#pragma once

#include <vector>

#include "eval/history.h"
#include "eval/search.h"

namespace trm::eval {

// The draw that answers for each example of a history after Search::depths[k], of the first
// `breadth` of its Search::breadth() draws; of equals the first.
std::vector<int64_t> chosen(const History& history, Selection selection, size_t k, int64_t breadth,
                            const Search& search);

}  // namespace trm::eval
