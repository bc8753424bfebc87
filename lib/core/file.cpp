#include "core/file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <utility>

#include "core/descriptor.h"

namespace trm {
namespace {

// Makes names in a folder last. File systems that cannot (exFAT, network shares) say EINVAL or its
// like, and folders that may be written but not read cannot be opened: nothing is to be done then.
void sync_folder(const fs::path& folder) {
  const Descriptor file{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (file.value < 0 || ::fsync(file.value) == 0) return;
  if (errno == EIO || errno == ENOSPC || errno == EDQUOT) cannot_write(folder, errno);
}

void sync_file(const fs::path& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.value < 0 || ::fsync(file.value) != 0) cannot_write(path, errno);
}

void write_all(int file, const fs::path& path, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) cannot_write(path, errno);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

constexpr std::string_view kPartial = ".partial-";

fs::path partial_name(const fs::path& path) {
  auto name = path;
  name += std::string(kPartial) + std::to_string(::getpid());
  return name;
}

std::string host_name() {
  char host[32] = {};
  ::gethostname(host, sizeof(host) - 1);
  return host;
}

// A folder may take hours to fill, and be filled from another machine.
fs::path partial_folder(const fs::path& target) {
  auto name = target;
  name += std::string(kPartial) + host_name() + "-" + std::to_string(::getpid());
  return name;
}

// Whether `rest`, HOST-PID or PID, names a process of this machine that has ended.
bool is_stale(const std::string& rest) {
  const auto dash = rest.rfind('-');
  if (dash != std::string::npos && rest.substr(0, dash) != host_name()) return false;
  const auto digits = rest.substr(dash == std::string::npos ? 0 : dash + 1);
  pid_t process = 0;
  const auto* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, process);
  if (result.ec != std::errc() || result.ptr != end || process <= 0) return false;
  return ::kill(process, 0) != 0 && errno == ESRCH;
}

// What killed processes left of this very folder.
void remove_stale(const fs::path& target) {
  const auto start = target.filename().string() + std::string(kPartial);
  std::vector<fs::path> stale;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder_of(target), code)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with(start) && is_stale(name.substr(start.size())))
      stale.push_back(entry.path());
  }
  for (const auto& path : stale) fs::remove_all(path, code);
}

// A rename would put a file in the place of a device, a pipe or a link (as root even of /dev/null).
void check_name(const fs::path& path) {
  std::error_code code;
  switch (fs::symlink_status(path, code).type()) {
    case fs::file_type::none:  // whoever writes says why
    case fs::file_type::not_found:
    case fs::file_type::regular:
      return;
    case fs::file_type::directory:
      not_a_file(path, "a folder");
    case fs::file_type::symlink:
      not_a_file(path, "a link");
    default:
      not_a_file(path, "a device or a pipe");
  }
}

// A folder's own path where it is there, or a link to it.
fs::path followed(const fs::path& target) {
  std::error_code code;
  if (!fs::exists(fs::symlink_status(target, code))) return target;
  const auto own = fs::canonical(target, code);
  if (code) throw Error(target.string() + ": a link to nothing; name a new folder");
  return own;
}

fs::path without_slash(const fs::path& path) {
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

void write_file(const fs::path& path, std::span<const std::span<const std::byte>> pieces) {
  NewFile file(path);
  for (const auto& piece : pieces) file.write(piece);
  file.commit();
}

NewFile::NewFile(fs::path path) : path_(std::move(path)), partial_(partial_name(path_)), file_(-1) {
  check_name(path_);
  file_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (file_ < 0) cannot_write(path_, errno);
}

NewFile::~NewFile() {
  if (file_ < 0) return;
  ::close(file_);
  ::unlink(partial_.c_str());
}

void NewFile::write(std::span<const std::byte> bytes) { write_all(file_, path_, bytes); }

void NewFile::write_at(size_t offset, std::span<const std::byte> bytes) {
  if (::lseek(file_, static_cast<off_t>(offset), SEEK_SET) < 0) cannot_write(path_, errno);
  write_all(file_, path_, bytes);
}

void NewFile::commit() {
  if (::fsync(file_) != 0) cannot_write(path_, errno);
  if (::rename(partial_.c_str(), path_.c_str()) != 0) cannot_write(path_, errno);
  ::close(std::exchange(file_, -1));
  sync_folder(folder_of(path_));
}

void write_text(const fs::path& path, std::string_view text) {
  const std::span<const std::byte> piece = std::as_bytes(std::span(text));
  write_file(path, {&piece, 1});
}

void append_line(const fs::path& path, const std::string& line) {
  constexpr int kHow = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
  const Descriptor file{::open(path.c_str(), kHow, 0644)};
  if (file.value < 0) cannot_write(path, errno);
  const auto before = ::lseek(file.value, 0, SEEK_END);
  const auto text = line + "\n";
  try {
    write_all(file.value, path, std::as_bytes(std::span(text)));
    if (::fsync(file.value) != 0) cannot_write(path, errno);
    if (before == 0) sync_folder(folder_of(path));
  } catch (...) {
    [[maybe_unused]] const auto ignored = ::ftruncate(file.value, before);
    throw;
  }
}

void remove_folder(const fs::path& folder) {
  const auto aside = fs::path(partial_name(folder).string() + ".old");
  std::error_code code;
  fs::rename(folder, aside, code);
  if (code) cannot_write(folder, code.value());
  fs::remove_all(aside, code);
}

PartialFile::PartialFile(const fs::path& path)
    : target_(path), partial_(path.string() + ".partial"), note_(partial_.string() + ".note") {
  check_name(target_);
  constexpr int kHow = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC;
  file_ = ::open(partial_.c_str(), kHow, 0644);
  if (file_ < 0) cannot_write(partial_, errno);
  bytes_ = ::lseek(file_, 0, SEEK_END);
}

PartialFile::~PartialFile() {
  ::close(file_);
  if (bytes_ > 0) return;
  ::unlink(partial_.c_str());
  ::unlink(note_.c_str());
}

std::string PartialFile::note() const { return fs::exists(note_) ? read_text(note_) : ""; }

void PartialFile::append(std::span<const std::byte> bytes) {
  write_all(file_, partial_, bytes);
  bytes_ += static_cast<int64_t>(bytes.size());
}

void PartialFile::restart(std::string_view note) {
  discard();
  write_text(note_, note);
}

void PartialFile::discard() {
  if (::ftruncate(file_, 0) != 0) cannot_write(partial_, errno);
  bytes_ = 0;
  ::unlink(note_.c_str());
}

void PartialFile::commit() {
  if (::fsync(file_) != 0) cannot_write(target_, errno);
  if (::rename(partial_.c_str(), target_.c_str()) != 0) cannot_write(target_, errno);
  ::unlink(note_.c_str());
  bytes_ = 0;
  sync_folder(folder_of(target_));
}

NewFolder::NewFolder(fs::path target)
    : target_(followed(without_slash(target))), partial_(partial_folder(target_)) {
  std::error_code code;
  const bool there = fs::exists(target_, code);
  if (there && !(fs::is_directory(target_, code) && fs::is_empty(target_, code)))
    throw Error(target_.string() + ": already there; choose another name or remove it first");
  if (there && fs::equivalent(target_, fs::current_path(code), code))
    throw Error(target_.string() + ": the folder that you are in; name one inside of it");
  remove_stale(target_);
  fs::remove_all(partial_, code);
  make_partial();
  if (!there) return;
  // Not every empty folder can be replaced, as where a disk is mounted: commit() would find out
  // after all the work.
  if (::rename(partial_.c_str(), target_.c_str()) != 0) {
    const std::string why = std::strerror(errno);
    fs::remove_all(partial_, code);
    throw Error(target_.string() + ": cannot be replaced: " + why + "; name one inside of it");
  }
  make_partial();
}

void NewFolder::make_partial() {
  std::error_code code;
  fs::create_directories(partial_, code);
  if (code) cannot_write(target_, code.value());
}

NewFolder::~NewFolder() {
  std::error_code code;
  if (!committed_) fs::remove_all(partial_, code);
}

void NewFolder::commit() {
  for (const auto& entry : fs::recursive_directory_iterator(partial_)) {
    entry.is_directory() ? sync_folder(entry.path()) : sync_file(entry.path());
  }
  sync_folder(partial_);
  if (::rename(partial_.c_str(), target_.c_str()) != 0) cannot_write(target_, errno);
  committed_ = true;
  sync_folder(folder_of(target_));
}

void remove_leftovers(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    if (entry.path().filename().string().find(kPartial) != std::string::npos) {
      found.push_back(entry.path());
    }
  }
  for (const auto& path : found) fs::remove_all(path, code);
}

}  // namespace trm
