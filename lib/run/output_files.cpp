#include "run/output_files.h"

#include <map>
#include <regex>
#include <string>
#include <vector>

namespace trm::run {

namespace fs = std::filesystem;

void prune_outputs(const fs::path& folder, int64_t keep, std::optional<int64_t> best,
                   int64_t oldest) {
  static const std::regex kName(R"((.+)_step_([0-9]{1,18})[._].*)");
  std::map<std::string, std::map<int64_t, std::vector<fs::path>>> titles;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    const auto name = entry.path().filename().string();
    std::smatch parts;
    if (name.find(".partial-") == std::string::npos && std::regex_match(name, parts, kName))
      titles[parts[1]][std::stoll(parts[2])].push_back(entry.path());
  }
  for (const auto& [title, steps] : titles) {
    auto last = steps.upper_bound(oldest);
    const auto asked_for = last == steps.begin() ? std::optional<int64_t>() : (--last)->first;
    auto left = static_cast<int64_t>(steps.size());
    for (const auto& [step, files] : steps) {
      if (left-- <= keep || step == best || step == asked_for) continue;
      for (const auto& file : files) fs::remove(file, code);
    }
  }
}

}  // namespace trm::run
