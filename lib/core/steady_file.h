#pragma once

#include <sys/types.h>

#include "core/descriptor.h"

namespace trm {

// What tells a file from another of its name: replaced, written to or cut, it has another stamp.
struct FileStamp {
  fs::path path;
  dev_t device = 0;
  ino_t inode = 0;
  int64_t bytes = 0, changed_nanoseconds = 0;

  bool operator==(const FileStamp&) const = default;
  // Whether the file at the path still has it.
  bool holds() const;
};
// Error where there is no such file.
FileStamp stamp_of(const fs::path& path);

// A regular file that is read at any place, and never by a map: one that is cut short while it is
// mapped ends the process by a signal, where this throws an Error.
class SteadyFile {
 public:
  explicit SteadyFile(const fs::path& path);

  const FileStamp& stamp() const { return stamp_; }
  size_t bytes() const { return static_cast<size_t>(stamp_.bytes); }
  // Fills `out` from `offset` on; Error where the file was changed since it was opened. From any
  // thread.
  void read(size_t offset, std::span<std::byte> out) const;

 private:
  Descriptor file_;
  FileStamp stamp_;
};

}  // namespace trm
