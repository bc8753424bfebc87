#pragma once

#include "core/error.h"
#include "core/file.h"
#include "tests/fuzz/subject.h"
#include "tests/scratch_folder.h"

namespace trm {

// A folder of which one file is damaged at a time. An input is a byte that chooses the file, then
// what the file holds.
class DamagedFolder {
 public:
  // Takes the files that are in path() by now.
  void keep() {
    for (const auto& entry : fs::recursive_directory_iterator(path())) {
      if (entry.is_regular_file()) files_.push_back({entry.path(), read_text(entry.path())});
    }
    std::sort(files_.begin(), files_.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
  }
  fs::path path() const { return scratch_ / "folder"; }
  std::vector<std::string> seeds() const {
    std::vector<std::string> seeds;
    for (size_t i = 0; i < files_.size(); ++i) {
      seeds.push_back(std::string(1, static_cast<char>(i)) + files_[i].bytes);
    }
    return seeds;
  }
  // Damages, calls read(name of the damaged file), and mends.
  template <class Read>
  void with(const std::string& input, const Read& read) const {
    if (input.empty()) return;
    const auto& file = files_[static_cast<unsigned char>(input[0]) % files_.size()];
    write(file.path, input.substr(1));
    try {
      read(file.path.filename().string());
    } catch (...) {
      write(file.path, file.bytes);
      throw;
    }
    write(file.path, file.bytes);
  }

 private:
  struct File {
    fs::path path;
    std::string bytes;
  };
  static void write(const fs::path& path, const std::string& bytes) {
    fs::remove(path);
    std::ofstream(path, std::ios::binary) << bytes;
  }

  ScratchFolder scratch_;
  std::vector<File> files_;
};

}  // namespace trm
