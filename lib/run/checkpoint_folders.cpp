#include "run/checkpoint_folders.h"

#include <algorithm>
#include <charconv>

#include "core/descriptor.h"
#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "run/output_files.h"

namespace trm::run {
namespace {

constexpr std::string_view kStep = "step_";

fs::path folder_in(const fs::path& run) { return run / "checkpoints"; }
fs::path best_in(const fs::path& run) { return folder_in(run) / "best"; }

std::string name_of(int64_t step) { return std::string(kStep) + std::to_string(step); }

std::optional<int64_t> step_of(const std::string& name) {
  if (!name.starts_with(kStep)) return std::nullopt;
  int64_t step = 0;
  const auto result = std::from_chars(name.data() + kStep.size(), name.data() + name.size(), step);
  if (result.ec != std::errc() || step < 0 || name != name_of(step)) return std::nullopt;
  return step;
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> entries;
  for (fs::directory_iterator entry(folder, code), end; !code && entry != end;
       entry.increment(code)) {
    entries.push_back(entry->path());
  }
  if (code && code != std::errc::no_such_file_or_directory && code != std::errc::not_a_directory) {
    fail_to(folder, "read", code.value(), "check its permissions and the disk");
  }
  return entries;
}

// The run whose `best` this is, where it is one.
std::optional<fs::path> run_of_best(const fs::path& path) {
  const auto folder = fs::absolute(path).parent_path();
  if (path.filename() != "best" || folder.filename() != "checkpoints") return std::nullopt;
  return folder.parent_path();
}

bool is_whole(const fs::path& folder) {
  try {
    const Checkpoint trial(folder);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// What `best` of a run names; nothing where it names none.
std::optional<fs::path> best_of(const fs::path& run) {
  const auto best = best_in(run);
  std::error_code code;
  if (fs::is_symlink(best, code)) return folder_in(run) / fs::read_symlink(best).filename();
  if (fs::is_directory(best, code)) return best;
  if (!fs::is_regular_file(best, code)) return std::nullopt;
  const auto text = read_text(best, 100);
  const auto name = text.substr(0, text.find('\n'));
  if (!step_of(name)) throw Error(best.string() + ": names no checkpoint");
  return folder_in(run) / name;
}

struct Search {
  std::optional<Checkpoint> found;
  std::vector<fs::path> passed_over;
};

Search search(const fs::path& run, const Warn& warn) {
  Search result;
  const auto steps = checkpoint_steps(run);
  for (auto step = steps.rbegin(); step != steps.rend() && !result.found; ++step) {
    const auto folder = checkpoint_folder(run, *step);
    try {
      result.found.emplace(folder);
    } catch (const Error& error) {
      warn(error.what());
      result.passed_over.push_back(folder);
    }
  }
  if (!steps.empty() && !result.found) {
    throw Error(run.string() + ": none of its checkpoints is whole; start another run with --run");
  }
  return result;
}

}  // namespace

fs::path checkpoint_folder(const fs::path& run, int64_t step) {
  return folder_in(run) / name_of(step);
}

std::vector<int64_t> checkpoint_steps(const fs::path& run) {
  std::vector<int64_t> steps;
  for (const auto& path : entries_of(folder_in(run))) {
    if (const auto step = step_of(path.filename().string())) steps.push_back(*step);
  }
  std::sort(steps.begin(), steps.end());
  return steps;
}

std::optional<Checkpoint> newest_checkpoint(const fs::path& run, const Warn& warn) {
  return search(run, warn).found;
}

std::optional<Checkpoint> settle_checkpoints(const fs::path& run, const Warn& warn) {
  auto result = search(run, warn);
  for (const auto& folder : result.passed_over) {
    warn(folder.string() + ": set aside as " + set_aside(folder).filename().string());
  }
  return std::move(result.found);
}

bool names_best(const fs::path& path) {
  return fs::is_regular_file(path) && run_of_best(path).has_value();
}

Checkpoint find_checkpoint(const fs::path& given) {
  if (is_checkpoint(given)) return Checkpoint(given);
  if (names_best(given)) return Checkpoint(*best_of(*run_of_best(given)));
  std::error_code code;
  if (!fs::exists(given, code)) {
    if (code) fail_to(given, "read", code.value(), "check the name and its permissions");
    throw Error(given.string() + ": no such run or checkpoint");
  }
  try {
    if (const auto best = best_of(given)) return Checkpoint(*best);
  } catch (const Error& error) {
    log_warning(std::string(error.what()) + " (it was the best one; the newest one is taken)");
  }
  if (auto newest = newest_checkpoint(given, log_warning)) return *std::move(newest);
  throw Error(given.string() +
              ": no checkpoint in it; name a run folder of trm-train, or a checkpoint inside one");
}

void recover_checkpoints(const fs::path& run) {
  std::error_code code;
  for (const auto& path : entries_of(folder_in(run))) {
    const bool partial = path.filename().string().find(".partial-") != std::string::npos;
    const bool copied_best = path == best_in(run) && fs::is_directory(fs::symlink_status(path));
    if (!partial && !copied_best) continue;
    if (is_whole(path)) {
      const auto step = Checkpoint(path).manifest().step;
      const auto own = checkpoint_folder(run, step);
      if (fs::exists(own) && !is_whole(own)) set_aside(own);
      if (!fs::exists(own)) fs::rename(path, own);
      fs::remove_all(path, code);
      if (copied_best) name_best(run, step);
    } else if (copied_best) {
      set_aside(path);
    } else {
      fs::remove_all(path, code);
    }
  }
}

void name_best(const fs::path& run, int64_t step) {
  write_text(best_in(run), name_of(step) + "\n");
}

void remove_others(const fs::path& run, const Kept& kept) {
  const auto steps = checkpoint_steps(run);
  const auto count = static_cast<int64_t>(steps.size());
  for (int64_t i = 0; i + kept.newest < count; ++i) {
    const int64_t step = steps[static_cast<size_t>(i)];
    const bool periodic = kept.every && step % *kept.every == 0;
    if (step != kept.best && !periodic) remove_folder(checkpoint_folder(run, step));
  }
  const auto left = checkpoint_steps(run);
  if (!left.empty()) prune_outputs(run / "outputs", kept.newest, kept.best, left.front());
}

}  // namespace trm::run
