#include "eval/history.h"

#include <ATen/ops/cat.h>

namespace trm::eval {

using torch::Tensor;

History joined(const std::vector<History>& parts) {
  if (parts.size() == 1) return parts.front();
  History all = parts.front();
  std::vector<std::vector<Tensor>> columns;
  for (const auto& part : parts) {
    size_t i = 0;
    History::each(part, [&](const std::string& /*name*/, const Tensor& x) {
      if (columns.size() <= i) columns.emplace_back();
      columns[i++].push_back(x);
    });
  }
  size_t i = 0;
  History::each(all, [&](const std::string& /*name*/, Tensor& x) { x = at::cat(columns[i++]); });
  return all;
}

}  // namespace trm::eval
