#include "run/event_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "format/event_records.h"
#include "format/json_lines.h"
#include "run/run_log.h"

namespace trm::run {
namespace {

constexpr std::string_view kStart = "events.out.tfevents.", kEnd = ".trm";
constexpr size_t kDigits = 10;  // of a file's number, by which TensorBoard orders them

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::optional<int64_t> number_of(const fs::path& file) {
  const auto name = file.filename().string();
  if (!name.starts_with(kStart) || !name.ends_with(kEnd)) return std::nullopt;
  if (name.size() != kStart.size() + kDigits + kEnd.size()) return std::nullopt;
  int64_t number = 0;
  const auto *begin = name.data() + kStart.size(), *end = name.data() + name.size() - kEnd.size();
  const auto result = std::from_chars(begin, end, number);
  const bool whole = result.ec == std::errc() && result.ptr == end && number > 0;
  return whole ? std::optional(number) : std::nullopt;
}

// By their numbers.
std::vector<std::pair<int64_t, fs::path>> event_files(const fs::path& run) {
  std::vector<std::pair<int64_t, fs::path>> files;
  std::error_code code;
  for (fs::directory_iterator entry(run, code), end; !code && entry != end; entry.increment(code)) {
    if (const auto number = number_of(entry->path())) files.emplace_back(*number, entry->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Where a step and a time stand in a line, they are the event's own.
template <class Json>
bool is_scalar(const std::string& key, const Json& value) {
  return value.is_number() && key != "step" && key != "unix_seconds";
}

// A line as each_log_line() gives it, or of our own.
template <class Json>
std::string record_of_line(const Json& line) {
  std::vector<format::Scalar> scalars;
  for (const auto& [key, value] : line.items()) {
    if (is_scalar(key, value)) scalars.emplace_back(key, value.template get<double>());
  }
  if (scalars.empty()) return std::string();
  return format::scalars_record(line["step"].template get<int64_t>(),
                                format::number_in(line, "unix_seconds").value_or(0), scalars);
}

// The records of images from a byte of a file on.
std::string images_from(std::string_view file, size_t begin) {
  std::string images;
  while (const auto message = format::message_at(file, begin)) {
    const auto bytes = message->size() + format::kFraming;
    if (message->find("\x89PNG") != std::string_view::npos) images += file.substr(begin, bytes);
    begin += bytes;
  }
  return images;
}

}  // namespace

fs::path event_file(const fs::path& run) {
  const auto files = event_files(run);
  return files.empty() ? fs::path() : files.back().second;
}

EventLog::EventLog(const fs::path& run, int64_t step, int64_t bytes, const std::string& config_yaml,
                   bool images_behind)
    : run_(run) {
  try {
    if (step == 0 || bytes == 0 || !keep(bytes, config_yaml, images_behind)) make_anew(step);
    if (!has_config_) append(format::yaml_record(step, now(), "config", config_yaml));
  } catch (const Error& error) {
    fail(error.what());
  }
}

bool EventLog::keep(int64_t bytes, const std::string& config_yaml, bool images_behind) {
  const auto file = event_file(run_);
  if (file.empty()) return false;
  std::string content;
  try {
    content = read_text(file);
  } catch (const Error&) {
    return false;
  }
  const auto kept = std::string_view(content).substr(0, static_cast<size_t>(bytes));
  size_t at = 0;
  while (const auto message = format::message_at(kept, at)) {
    at += message->size() + format::kFraming;
    // The one that stands there is the last that was written.
    if (message->find("```yaml") != std::string_view::npos)
      has_config_ = message->find(config_yaml) != std::string_view::npos;
  }
  if (at != static_cast<size_t>(bytes)) return false;
  if (kept.size() < content.size()) {
    open_next(std::string(kept) + (images_behind ? images_from(content, at) : ""));
    return true;
  }
  file_ = file;
  stream_.open(file_, std::ios::binary | std::ios::app);
  bytes_ = bytes;
  return true;
}

void EventLog::make_anew(int64_t step) {
  has_config_ = false;
  double began = 0;
  std::string lines;
  if (step > 0) {
    each_log_line(run_, [&](const nlohmann::json& line) {
      const auto record = record_of_line(line);
      if (began == 0) began = format::number_in(line, "unix_seconds").value_or(0);
      lines += record;
    });
  }
  open_next(format::event_file_head(began == 0 ? now() : began) + lines);
}

void EventLog::open_next(std::string_view content) {
  const auto before = event_files(run_);
  const auto number = before.empty() ? 1 : before.back().first + 1;
  file_ = run_ / fmt::format("{}{:0{}}{}", kStart, number, kDigits, kEnd);
  write_text(file_, content);
  for (const auto& [old, file] : before) {
    std::error_code code;
    const bool last = old + 1 == number;
    if (last && fs::is_regular_file(fs::symlink_status(file, code))) {
      fs::resize_file(file, 0, code);
    } else {
      fs::remove(file, code);
    }
  }
  stream_.open(file_, std::ios::binary | std::ios::app);
  bytes_ = static_cast<int64_t>(content.size());
}

void EventLog::line(const nlohmann::ordered_json& line) { append(record_of_line(line)); }

void EventLog::image(int64_t step, const std::string& name, const format::Image& image) {
  append(format::image_record(step, now(), name, image.width, image.height, format::png_of(image)));
}

void EventLog::append(std::string_view records) {
  if (failed_) return;
  // Nothing waits for the disk: after a loss of power the file is shorter, and made anew.
  stream_ << records << std::flush;
  if (!stream_) return fail(file_.string() + ": cannot write");
  bytes_ += static_cast<int64_t>(records.size());
}

void EventLog::fail(const std::string& why) {
  failed_ = true;
  log_warning(why + "; TensorBoard shows no more of this run until it is continued");
}

}  // namespace trm::run
