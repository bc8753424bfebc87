#include "core/steady_file.h"

#include <sys/stat.h>

#include <cerrno>

namespace trm {
namespace {

constexpr auto kReadAdvice = "check the name and its permissions";

FileStamp stamp_from(const fs::path& path, const struct stat& status) {
  return {path, status.st_dev, status.st_ino, status.st_size,
          int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

FileStamp stamp_of_open(const fs::path& path, int file) {
  struct stat status {};
  if (::fstat(file, &status) != 0) fail_to(path, "read", errno, kReadAdvice);
  return stamp_from(path, status);
}

}  // namespace

FileStamp stamp_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) throw Error(path.string() + ": no such file");
    fail_to(path, "read", errno, kReadAdvice);
  }
  return stamp_from(path, status);
}

bool FileStamp::holds() const {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && stamp_from(path, status) == *this;
}

SteadyFile::SteadyFile(const fs::path& path)
    : file_{open_regular(path)}, stamp_(stamp_of_open(path, file_.value)) {}

void SteadyFile::read(size_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const auto got = ::pread(file_.value, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_to(stamp_.path, "read", errno, kReadAdvice);
    if (got == 0) break;
    out = out.subspan(static_cast<size_t>(got));
    offset += static_cast<size_t>(got);
  }
  // After the read: a writer sets the time of change before it changes a byte.
  if (!out.empty() || stamp_of_open(stamp_.path, file_.value) != stamp_)
    throw Error(stamp_.path.string() +
                ": changed while it was in use; put back what it was and run again");
}

}  // namespace trm
