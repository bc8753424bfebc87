#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "core/descriptor.h"

namespace trm {
namespace {

constexpr auto kReadAdvice = "check the name and its permissions";

struct stat status_of(int file, const fs::path& path) {
  struct stat status {};
  if (::fstat(file, &status) != 0) fail_to(path, "read", errno, kReadAdvice);
  return status;
}

}  // namespace

int open_regular(const fs::path& path) {
  // O_NONBLOCK: opening a pipe must not wait for its writer.
  const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) throw Error(path.string() + ": no such file");
  if (file < 0) fail_to(path, "read", errno, kReadAdvice);
  Descriptor owner{file};
  if (!S_ISREG(status_of(file, path).st_mode)) throw Error(path.string() + ": not a regular file");
  return std::exchange(owner.value, -1);
}

FileReader::FileReader(const fs::path& path) : path_(path), file_(open_regular(path)) {}

FileReader::~FileReader() { ::close(file_); }

size_t FileReader::read(std::span<std::byte> bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const auto got = ::read(file_, bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_to(path_, "read", errno, kReadAdvice);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

std::shared_ptr<const MappedFile> MappedFile::open(const fs::path& path) {
  const Descriptor file{open_regular(path)};
  const auto size = static_cast<size_t>(status_of(file.value, path).st_size);
  std::shared_ptr<MappedFile> mapped(new MappedFile);
  mapped->size_ = size;
  if (size == 0) return mapped;
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.value, 0);
  if (data == MAP_FAILED) fail_to(path, "map", errno, kReadAdvice);
  mapped->data_ = static_cast<const std::byte*>(data);
  return mapped;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

std::string read_text(const fs::path& path, size_t most_bytes) {
  const auto file = MappedFile::open(path);
  const auto bytes = file->bytes();
  if (bytes.size() > most_bytes) {
    throw Error(path.string() + ": " + std::to_string(bytes.size()) +
                " bytes, more than such a file can have");
  }
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace trm
