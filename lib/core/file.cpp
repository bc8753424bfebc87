#include "core/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "core/descriptor.h"

namespace trm {
namespace {

[[noreturn]] void cannot_write(const fs::path& path, int code) {
  fail_to(path, "write", code,
          code == ENOSPC || code == EDQUOT || code == EFBIG
              ? "free some space and run again"
              : "choose a folder that can be written");
}

void sync_folder(const fs::path& folder) {
  const Descriptor file{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (file.value >= 0) ::fsync(file.value);
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

fs::path partial_name(const fs::path& path) {
  auto name = path;
  name += ".partial-" + std::to_string(::getpid());
  return name;
}

// Two folders change places, because none can be renamed over a full one: in one step, so that the
// target is never absent; on file systems that cannot, the target steps aside, and back again when
// the second step fails.
void exchange(const fs::path& fresh, const fs::path& target) {
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return;
  const auto aside = fs::path(fresh.string() + ".old");
  if (::rename(target.c_str(), aside.c_str()) != 0) cannot_write(target, errno);
  if (::rename(fresh.c_str(), target.c_str()) != 0) {
    const int code = errno;
    ::rename(aside.c_str(), target.c_str());
    cannot_write(target, code);
  }
  ::rename(aside.c_str(), fresh.c_str());
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

NewFile::NewFile(fs::path path)
    : path_(std::move(path)),
      partial_(partial_name(path_)),
      file_(::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
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
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
  if (file.value < 0) cannot_write(path, errno);
  const auto before = ::lseek(file.value, 0, SEEK_END);
  const auto text = line + "\n";
  try {
    write_all(file.value, path, std::as_bytes(std::span(text)));
    if (::fsync(file.value) != 0) cannot_write(path, errno);
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
  file_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0644);
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

NewFolder::NewFolder(fs::path target, bool replace)
    : target_(without_slash(target)), partial_(partial_name(target_)), replace_(replace) {
  std::error_code code;
  if (!replace && fs::exists(target_, code) &&
      !(fs::is_directory(target_, code) && fs::is_empty(target_, code))) {
    throw Error(target_.string() + ": already there; choose another name or remove it first");
  }
  fs::remove_all(partial_, code);
  fs::create_directories(partial_, code);
  if (code) cannot_write(target_, code.value());
}

NewFolder::~NewFolder() {
  std::error_code code;
  if (!committed_) fs::remove_all(partial_, code);
}

void NewFolder::commit() {
  for (const auto& entry : fs::recursive_directory_iterator(partial_)) {
    const Descriptor file{::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.value < 0 || ::fsync(file.value) != 0) cannot_write(entry.path(), errno);
  }
  sync_folder(partial_);
  const bool replaces = replace_ && fs::exists(target_);
  if (replaces) {
    exchange(partial_, target_);
  } else if (::rename(partial_.c_str(), target_.c_str()) != 0) {
    cannot_write(target_, errno);
  }
  committed_ = true;
  sync_folder(folder_of(target_));
  std::error_code code;
  if (replaces) fs::remove_all(partial_, code);
}

void remove_leftovers(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    if (entry.path().filename().string().find(".partial-") != std::string::npos) {
      found.push_back(entry.path());
    }
  }
  for (const auto& path : found) fs::remove_all(path, code);
}

FolderLock::FolderLock(const fs::path& folder, const char* advice) {
  const auto path = folder / "lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) cannot_write(path, errno);
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    char holder[256] = {};
    const auto length = ::read(file_, holder, sizeof(holder) - 1);
    ::close(file_);
    throw Error(folder.string() + ": in use by " +
                (length > 0 ? std::string(holder) : std::string("another process")) +
                "; wait for it, or " + advice);
  }
  char host[128] = {};
  ::gethostname(host, sizeof(host) - 1);
  const auto text = "process " + std::to_string(::getpid()) + " on " + host;
  if (::ftruncate(file_, 0) != 0) cannot_write(path, errno);
  write_all(file_, path, std::as_bytes(std::span(text)));
}

FolderLock::~FolderLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace trm
