#include "survey/find_runs.h"

#include <algorithm>

#include "core/error.h"
#include "core/file.h"
#include "run/run_log.h"

namespace trm::survey {
namespace {

bool there(const fs::path& path) {
  std::error_code code;
  return fs::exists(path, code);
}

bool is_folder(const fs::path& path) {
  std::error_code code;
  return fs::is_directory(path, code);
}

void look_into(const fs::path& folder, int depth, std::vector<fs::path>& runs) {
  if (is_run(folder)) {
    runs.push_back(folder);
    return;
  }
  std::error_code code;
  if (depth == 0) return;
  auto entry = fs::directory_iterator(folder, code);
  for (; !code && entry != fs::directory_iterator(); entry.increment(code)) {
    const auto& path = entry->path();
    if (path.filename().string().starts_with(".") || !is_folder(path)) continue;
    std::error_code none;
    const bool link = entry->is_symlink(none);
    if (!link || is_run(path)) look_into(path, depth - 1, runs);
  }
}

}  // namespace

bool is_run(const fs::path& folder) {
  if (there(folder / run::kLogFile)) return true;
  return there(folder / "config.yaml") &&
         (there(folder / "sessions.jsonl") || is_folder(folder / "checkpoints"));
}

std::vector<fs::path> find_runs(const fs::path& folder, int depth) {
  if (!is_folder(folder))
    throw Error(folder.string() + ": no such folder; name the one that has your runs");
  std::vector<fs::path> runs;
  look_into(folder, depth, runs);
  std::sort(runs.begin(), runs.end());
  return runs;
}

}  // namespace trm::survey
