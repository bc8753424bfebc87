#include "run/run_folder.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/log.h"

namespace trm::run {
namespace {

constexpr std::string_view kStep = "step_";

std::optional<int64_t> step_of(const fs::path& folder) {
  const auto name = folder.filename().string();
  if (!name.starts_with(kStep)) return std::nullopt;
  int64_t step = 0;
  const auto* end = name.data() + name.size();
  const auto result = std::from_chars(name.data() + kStep.size(), end, step);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return step;
}

// Whether a folder holds what no run of ours makes before it has a config.
bool has_other_things(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    const bool ours = name == "lock" || name.find(".partial-") != std::string::npos ||
                      (name == "checkpoints" && fs::is_empty(entry.path()));
    if (!ours) return true;
  }
  return false;
}

}  // namespace

fs::path default_run_folder(const fs::path& config) {
  const auto now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[32];
  std::strftime(text, sizeof(text), "-%Y%m%d-%H%M%S", &local);
  return fs::path("runs") / (config.stem().string() + text);
}

RunFolder::RunFolder(const fs::path& folder) : path_(folder), made_(!fs::exists(folder)) {
  std::error_code code;
  if (fs::exists(path_) && !fs::is_directory(path_)) {
    throw Error(path_.string() + ": a file is in the way; choose another folder with --run");
  }
  if (fs::exists(path_) && !started() && has_other_things(path_)) {
    throw Error(path_.string() + ": not empty and no run" +
                (fs::exists(path_ / "checkpoints")
                     ? " (its config.yaml is gone; one is in each checkpoint)"
                     : "") +
                "; choose another folder with --run");
  }
  if (!started()) fs::create_directories(path_ / "checkpoints", code);
  if (code) {
    throw Error(path_.string() + ": cannot create: " + code.message() +
                "; choose a folder that can be written with --run");
  }
  lock_ = std::make_unique<FolderLock>(path_);
  remove_leftovers(path_);
  remove_leftovers(path_ / "outputs");
  recover_checkpoints(path_);
}

std::unique_ptr<RunFolder> RunFolder::of_another_rank(const fs::path& folder) {
  return std::unique_ptr<RunFolder>(new RunFolder(folder, Follow{}));
}

RunFolder::~RunFolder() {
  std::error_code code;
  if (made_ && !started()) fs::remove_all(path_, code);
}

void RunFolder::start(const std::string& config_yaml) {
  if (writes()) write_text(config(), config_yaml);
}

void RunFolder::log(const nlohmann::ordered_json& line) {
  if (!writes()) return;
  append_line(path_ / kLogFile, line.dump());
  if (events_) events_->line(line);
}

void RunFolder::open_events(int64_t step, int64_t bytes, const std::string& config_yaml,
                            bool images_behind) {
  if (writes()) events_.emplace(path_, step, bytes, config_yaml, images_behind);
}

void RunFolder::log_image(int64_t step, const std::string& name, const format::Image& image) {
  if (events_) events_->image(step, name, image);
}

int64_t RunFolder::log_bytes() const {
  std::error_code code;
  const auto size = fs::file_size(path_ / kLogFile, code);
  return code ? 0 : static_cast<int64_t>(size);
}

bool RunFolder::rewind_log(int64_t bytes) {
  if (!writes()) return true;
  const auto log = path_ / kLogFile;
  const bool long_enough = log_bytes() >= bytes;
  if (!fs::exists(log)) return long_enough;
  const auto text = long_enough ? std::string() : read_text(log);
  const auto whole_lines = static_cast<int64_t>(text.rfind('\n') + 1);
  fs::resize_file(log, static_cast<uintmax_t>(long_enough ? bytes : whole_lines));
  return long_enough;
}

void RunFolder::restore_evaluations() {
  if (!writes()) return;
  const auto text = fs::exists(path_ / kLogFile) ? read_text(path_ / kLogFile) : "";
  for (const auto step : checkpoint_steps(path_)) {
    try {
      const auto line = Checkpoint(checkpoint(step)).manifest().evaluation;
      if (!line.empty() && text.find(line) == std::string::npos)
        append_line(path_ / kLogFile, line);
    } catch (const Error& damaged) {
      log_warning(damaged.what());
    }
  }
}

std::optional<fs::path> RunFolder::put_log_aside() {
  if (!writes() || log_bytes() == 0) return std::nullopt;
  const auto before = (path_ / kLogFile).string() + ".before";
  fs::path aside = before;
  for (int i = 2; fs::exists(aside); ++i) aside = before + "-" + std::to_string(i);
  fs::rename(path_ / kLogFile, aside);
  return aside;
}

fs::path RunFolder::output(const std::string& title, int64_t step) const {
  return path_ / "outputs" / (title + "_" + std::string(kStep) + std::to_string(step));
}

fs::path RunFolder::outputs_file(const std::string& title, int64_t step) const {
  fs::create_directories(path_ / "outputs");
  return output(title, step).string() + ".safetensors";
}

void RunFolder::save_texts(const std::string& title, int64_t step, const Texts& texts) const {
  if (!writes()) return;
  for (const auto& [name, text] : texts) {
    fs::create_directories(path_ / "outputs");
    write_text(output(title, step).string() + "_" + name, text);
  }
}

Texts RunFolder::texts_before(const std::string& title, int64_t step) const {
  int64_t last = -1;
  Texts texts;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(path_ / "outputs", none)) {
    const auto file = entry.path().filename().string();
    if (!file.starts_with(title + "_")) continue;
    const auto rest = file.substr(title.size() + 1);
    const auto end = rest.find('_', kStep.size());
    if (end == std::string::npos) continue;
    const auto of = step_of(rest.substr(0, end));
    if (!of || *of >= step || *of < last) continue;
    if (*of > last) texts.clear();
    last = *of;
    texts[rest.substr(end + 1)] = entry.path().string();
  }
  for (auto& [name, text] : texts) text = read_text(text);
  return texts;
}

std::optional<Checkpoint> RunFolder::latest(const Warn& warn) const {
  auto found = settle_checkpoints(path_, warn);
  if (found || !started() || fs::exists(path_ / "checkpoints")) return found;
  if (log_bytes() > 0) {
    throw Error((path_ / "checkpoints").string() +
                ": missing, although the run has begun; put it back, or start another run with "
                "--run");
  }
  fs::create_directory(path_ / "checkpoints");
  return std::nullopt;
}

std::optional<int64_t> RunFolder::best(const std::vector<Score>& scores) const {
  const auto best =
      best_line(path_, scores, [&](int64_t step) { return is_checkpoint(checkpoint(step)); });
  return best ? std::optional(best->step) : std::nullopt;
}

}  // namespace trm::run
