#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "core/descriptor.h"
#include "core/log.h"

namespace trm {
namespace {

std::string holder_of(int file) {
  char text[256] = {};
  return ::read(file, text, sizeof(text) - 1) > 0 ? text : "another process";
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder, const char* advice) {
  // Who asks whether it is held has it for a moment.
  constexpr int kTries = 10;
  constexpr auto kMoment = std::chrono::milliseconds(10);
  for (int i = 0; i < kTries; ++i) {
    if (take(folder)) return;
    std::this_thread::sleep_for(kMoment);
  }
  const Descriptor file{::open((folder / "lock").c_str(), O_RDONLY | O_CLOEXEC)};
  throw Error(folder.string() + ": in use by " + holder_of(file.value) + "; wait for it, or " +
              advice);
}

bool FolderLock::take(const fs::path& folder) {
  const auto path = folder / "lock";
  Descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644)};
  if (file.value < 0) cannot_write(path, errno);
  if (::flock(file.value, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    log_warning(folder.string() + ": its file system has no locks (" + std::strerror(errno) +
                "); see to it yourself that no other process writes there");
  }
  char host[128] = {};
  ::gethostname(host, sizeof(host) - 1);
  const auto text = "process " + std::to_string(::getpid()) + " on " + host;
  // For that message alone: a full disk is an error where something is lost by it.
  if (::ftruncate(file.value, 0) == 0) {
    [[maybe_unused]] const auto ignored = ::write(file.value, text.data(), text.size());
  }
  file_ = std::exchange(file.value, -1);
  return true;
}

std::unique_ptr<FolderLock> FolderLock::if_free(const fs::path& folder) {
  std::unique_ptr<FolderLock> lock(new FolderLock);
  return lock->take(folder) ? std::move(lock) : nullptr;
}

bool FolderLock::is_held(const fs::path& folder) {
  const Descriptor file{::open((folder / "lock").c_str(), O_RDONLY | O_CLOEXEC)};
  return file.value >= 0 && ::flock(file.value, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

FolderLock::~FolderLock() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace trm
