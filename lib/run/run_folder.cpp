#include "run/run_folder.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "run/output_files.h"

namespace trm::run {
namespace {

constexpr const char* kLog = "metrics.jsonl";
constexpr const char* kBest = "best";
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
  if (fs::exists(path_) && !started() && !fs::is_empty(path_) && !fs::exists(path_ / "lock")) {
    throw Error(path_.string() + ": not empty and no run; choose another folder with --run");
  }
  fs::create_directories(path_ / "checkpoints", code);
  if (code) {
    throw Error(path_.string() + ": cannot create: " + code.message() +
                "; choose a folder that can be written with --run");
  }
  lock_ = std::make_unique<FolderLock>(path_);
  remove_leftovers(path_);
  remove_leftovers(path_ / "checkpoints");
  remove_leftovers(path_ / "outputs");
}

RunFolder::~RunFolder() {
  std::error_code code;
  if (made_ && !started()) fs::remove_all(path_, code);
}

void RunFolder::start(const std::string& config_yaml) { write_text(config(), config_yaml); }

void RunFolder::log(const nlohmann::ordered_json& line) { append_line(path_ / kLog, line.dump()); }

int64_t RunFolder::log_bytes() const {
  std::error_code code;
  const auto size = fs::file_size(path_ / kLog, code);
  return code ? 0 : static_cast<int64_t>(size);
}

void RunFolder::rewind_log(int64_t bytes) {
  if (log_bytes() < bytes) {
    throw Error((path_ / kLog).string() +
                ": shorter than the checkpoint remembers; it was changed "
                "by hand, put it back or start another run");
  }
  if (fs::exists(path_ / kLog)) fs::resize_file(path_ / kLog, static_cast<uintmax_t>(bytes));
}

fs::path RunFolder::output(const std::string& title, int64_t step) const {
  return path_ / "outputs" / (title + "_" + std::string(kStep) + std::to_string(step));
}

fs::path RunFolder::outputs_file(const std::string& title, int64_t step) const {
  fs::create_directories(path_ / "outputs");
  return output(title, step).string() + ".safetensors";
}

void RunFolder::save_texts(const std::string& title, int64_t step, const Texts& texts) const {
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

fs::path RunFolder::checkpoint(int64_t step) const {
  return path_ / "checkpoints" / (std::string(kStep) + std::to_string(step));
}

std::vector<int64_t> checkpoint_steps(const fs::path& run) {
  std::vector<int64_t> steps;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(run / "checkpoints", code)) {
    if (const auto step = step_of(entry.path()); step && !entry.is_symlink())
      steps.push_back(*step);
  }
  std::sort(steps.begin(), steps.end());
  return steps;
}

std::optional<Checkpoint> RunFolder::latest(
    const std::function<void(const std::string&)>& warn) const {
  auto steps = checkpoint_steps(path_);
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    try {
      return Checkpoint(checkpoint(*step));
    } catch (const Error& error) {
      warn(error.what());
    }
  }
  if (!steps.empty()) {
    throw Error(path_.string() +
                ": none of its checkpoints is whole; start another run with --run");
  }
  return std::nullopt;
}

std::optional<RunFolder::Best> RunFolder::best(const std::string& key) const {
  std::optional<Best> found;
  std::ifstream log(path_ / kLog);
  for (std::string line; std::getline(log, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains(key) || !json.contains("step")) continue;
    const double value = json[key].get<double>();
    if (!found || value > found->value) found = {json["step"].get<int64_t>(), value};
  }
  return found;
}

void RunFolder::prune(int64_t keep, std::optional<int64_t> best) const {
  const auto steps = checkpoint_steps(path_);
  const auto link = path_ / "checkpoints" / kBest;
  if (best && fs::exists(checkpoint(*best))) {
    const auto partial = fs::path(link.string() + ".partial-link");
    std::error_code code;
    fs::remove(partial, code);
    fs::create_symlink(std::string(kStep) + std::to_string(*best), partial, code);
    if (!code) fs::rename(partial, link, code);
    if (code) throw Error(link.string() + ": cannot write: " + code.message());
  }
  const auto count = static_cast<int64_t>(steps.size());
  for (int64_t i = 0; i + keep < count; ++i) {
    const int64_t step = steps[static_cast<size_t>(i)];
    if (step != best) remove_folder(checkpoint(step));
  }
  const auto left = checkpoint_steps(path_);
  if (!left.empty()) prune_outputs(path_ / "outputs", keep, best, left.front());
}

fs::path find_checkpoint(const fs::path& given) {
  if (is_checkpoint(given)) return given;
  if (!fs::exists(given)) throw Error(given.string() + ": no such run or checkpoint");
  const auto best = given / "checkpoints" / kBest;
  if (is_checkpoint(best) && fs::is_symlink(best))
    return given / "checkpoints" / fs::read_symlink(best);
  const auto steps = checkpoint_steps(given);
  if (steps.empty()) {
    throw Error(given.string() +
                ": no checkpoint in it; name a run folder of trm-train, or a "
                "checkpoint inside one");
  }
  return given / "checkpoints" / (std::string(kStep) + std::to_string(steps.back()));
}

}  // namespace trm::run
