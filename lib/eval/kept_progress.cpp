#include "eval/kept_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "tensor/archive.h"

namespace trm::eval {
namespace {

constexpr const char* kEnding = ".safetensors";

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The end of the puzzles begin .. end of a file "begin-end.safetensors"; nothing of others.
std::optional<int64_t> end_of(const std::string& name, int64_t begin) {
  const auto start = std::to_string(begin) + "-";
  if (!name.starts_with(start) || !name.ends_with(kEnding)) return std::nullopt;
  int64_t end = 0;
  const auto* last = name.data() + name.size() - std::string_view(kEnding).size();
  const auto read = std::from_chars(name.data() + start.size(), last, end);
  if (read.ec != std::errc() || read.ptr != last || end <= begin) return std::nullopt;
  return end;
}

History read(const fs::path& file) {
  const auto archive = load_archive(file);
  History history;
  int64_t rows = -1;
  History::each(history, [&](const std::string& name, torch::Tensor& x) {
    x = archive.at(name);
    const auto count = x.dim() > 0 ? x.size(0) : 0;
    if (rows >= 0 && count != rows) throw Error(file.string() + ": rows of different number");
    rows = count;
  });
  return history;
}

}  // namespace

KeptProgress::KeptProgress(const fs::path& folder, const std::string& key, double seconds)
    : folder_(folder / key), seconds_(seconds), last_(now()) {
  std::error_code absent;
  if (fs::exists(folder_, absent)) open();
}

void KeptProgress::open() {
  try {
    fs::create_directories(folder_);
    lock_ = FolderLock::if_free(folder_);
    given_up_ = !lock_;
    if (given_up_)
      log_warning("the same evaluation is under way in another process, which keeps its progress");
    if (lock_) remove_leftovers(folder_);
  } catch (const std::exception& error) {
    give_up(error.what());
  }
}

void KeptProgress::give_up(const std::string& why) {
  log_warning(why + "; the evaluation goes on, and cannot be continued if it is ended");
  given_up_ = true;
  waiting_.clear();
  lock_.reset();
}

fs::path KeptProgress::file(int64_t begin, int64_t end) const {
  return folder_ / fmt::format("{}-{}{}", begin, end, kEnding);
}

std::optional<History> KeptProgress::next() {
  if (!lock_) return std::nullopt;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const auto end = end_of(entry.path().filename().string(), taken_over_);
    if (!end) continue;
    try {
      auto history = read(entry.path());
      taken_over_ = saved_ = done_ = *end;
      return history;
    } catch (const Error& error) {
      log_warning(fmt::format("{} (what it held is computed again)", error.what()));
      fs::remove(entry.path());
    }
    break;
  }
  return std::nullopt;
}

void KeptProgress::add(const History& history, int64_t puzzles) {
  if (given_up_) return;
  waiting_.push_back(history);
  done_ += puzzles;
  if (now() - last_ >= seconds_) save();
}

void KeptProgress::save() {
  if (waiting_.empty() || given_up_) return;
  if (!lock_) open();
  if (given_up_) return;
  Archive archive;
  const auto all = joined(waiting_);
  History::each(all,
                [&](const std::string& name, const torch::Tensor& x) { archive.add(name, x); });
  try {
    const FinishFirst whole;
    save_archive(file(saved_, done_), archive);
    saved_ = done_;
  } catch (const Error& error) {
    return give_up(error.what());
  }
  waiting_.clear();
  last_ = now();
}

void KeptProgress::finish() {
  if (!lock_) return;
  remove_folder(folder_);
  lock_.reset();
}

}  // namespace trm::eval
