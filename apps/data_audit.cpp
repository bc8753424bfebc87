#include "apps/data_audit.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/log.h"

namespace trm::apps {

std::vector<data::Finding> find_faults(const data::Task& task, int64_t cells,
                                       const data::Originals& train, const data::Originals& test) {
  const auto examples = static_cast<int64_t>(train.examples.size() + test.examples.size());
  auto bar = Progress::to_stderr("check", examples);
  return data::audit(task, cells, train, test, bar);
}

void warn_of(const std::vector<data::Finding>& findings, bool strict) {
  if (findings.empty()) return;
  std::string all;
  for (const auto& finding : findings) {
    const auto text = data::to_string(finding);
    if (!strict) log_warning(text);
    all += (all.empty() ? "" : "; ") + text;
  }
  if (strict) throw Error(fmt::format("--strict: {}; mend the files or leave --strict out", all));
}

void warn_of_faults(const data::Task& task, const data::PackedSet& set, bool strict) {
  warn_of(find_faults(task, set.cells, data::originals_of(set.train, set.cells),
                      data::originals_of(set.test, set.cells)),
          strict);
}

nlohmann::ordered_json json_of(const std::vector<data::Finding>& findings) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& finding : findings) {
    list.push_back({{"split", finding.split},
                    {"what", finding.what},
                    {"count", finding.count},
                    {"of", finding.of},
                    {"first_example", finding.first}});
  }
  return list;
}

}  // namespace trm::apps
