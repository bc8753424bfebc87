#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trm {

namespace fs = std::filesystem;

// Everything here throws Error "path: what; next move". A file is written to no name that a folder,
// a link, a device or a pipe has.

// A whole text file; Error when it is larger than `most_bytes`.
std::string read_text(const fs::path& path, size_t most_bytes = size_t{1} << 30);

// Writes a file that appears whole or not at all: temporary name in the same folder, fsync, rename,
// fsync of the folder. Nothing is left behind when it fails.
void write_file(const fs::path& path, std::span<const std::span<const std::byte>> pieces);
void write_text(const fs::path& path, std::string_view text);

// A file written piece by piece that appears whole or not at all.
class NewFile {
 public:
  explicit NewFile(fs::path path);
  ~NewFile();  // removes what was not committed
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::span<const std::byte> bytes);
  // Anywhere; what lies between is zero until it is written.
  void write_at(size_t offset, std::span<const std::byte> bytes);
  void commit();

 private:
  fs::path path_, partial_;
  int file_;
};

// Adds a line and its end to a file and waits until it is on the disk. Where that fails, the file
// is cut to what it was.
void append_line(const fs::path& path, const std::string& line);

// Removes a folder such that a reader finds it whole or not at all.
void remove_folder(const fs::path& folder);

// A regular file, read front to back.
class FileReader {
 public:
  explicit FileReader(const fs::path& path);
  ~FileReader();
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  // Fills `bytes` as far as there are any; how many it were, 0 at the end.
  size_t read(std::span<std::byte> bytes);

 private:
  fs::path path_;
  int file_;
};

// A read-only memory map.
class MappedFile {
 public:
  static std::shared_ptr<const MappedFile> open(const fs::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  MappedFile() = default;
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

// A file that takes several runs to write and appears whole or not at all. `path.partial` holds
// what has come so far and `path.partial.note` a text about it; both stay until commit() or
// discard().
class PartialFile {
 public:
  explicit PartialFile(const fs::path& path);
  ~PartialFile();  // an empty one leaves nothing
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  const fs::path& path() const { return partial_; }
  int64_t bytes() const { return bytes_; }
  std::string note() const;
  void append(std::span<const std::byte> bytes);
  void restart(std::string_view note);  // empty again, and about something else
  void discard();
  void commit();

 private:
  fs::path target_, partial_, note_;
  int file_ = -1;
  int64_t bytes_ = 0;
};

// A folder that appears whole or not at all. Write into path(), then commit(). A link to a folder
// is followed.
class NewFolder {
 public:
  // Error when `target` exists and is not empty, or cannot be replaced.
  explicit NewFolder(fs::path target);
  ~NewFolder();  // removes what was not committed
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;

  const fs::path& path() const { return partial_; }
  void commit();

 private:
  void make_partial();

  fs::path target_, partial_;
  bool committed_ = false;
};

// Removes what interrupted writers left in a folder (*.partial-*). Only for the holder of its lock.
void remove_leftovers(const fs::path& folder);

// One process a folder, by flock on `folder/lock`, which the kernel releases when the process ends,
// however it ends. Error naming the holder when another process has it.
class FolderLock {
 public:
  explicit FolderLock(const fs::path& folder,
                      const char* advice = "choose another folder with --run");
  // The same; nothing where another process has it.
  static std::unique_ptr<FolderLock> if_free(const fs::path& folder);
  // Whether some process has it. Asking takes it for a moment, for which the constructor waits; who
  // shares it out by if_free() asks again.
  static bool is_held(const fs::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  // A child that inherits it has the lock as well: it is free once both have ended.
  int file() const { return file_; }

 private:
  FolderLock() = default;
  bool take(const fs::path& folder);

  int file_ = -1;
};

}  // namespace trm
