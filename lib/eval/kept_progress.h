#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/file.h"
#include "eval/history.h"

namespace trm::eval {

// What a long evaluation has done so far, on disk, so that one that was killed goes on: the
// histories of its puzzles, in order, a file for some of them. `key` says what they depend on; an
// evaluation of another key has a folder of its own, which is there from the first save on. One
// process at a time: who does not get the folder evaluates without it.
class KeptProgress {
 public:
  // Of `folder`/`key`. seconds: between two saves, before the first one too, so that what is
  // short writes nothing.
  KeptProgress(const std::filesystem::path& folder, const std::string& key, double seconds);

  // What is there, in order and without a gap from puzzle 0 on: the next of it. Files that are
  // damaged end it.
  std::optional<History> next();

  // Puzzles that have been done since; saved when it is time.
  void add(const History& history, int64_t puzzles);
  void save();
  const std::filesystem::path& folder() const { return folder_; }
  bool has_saved() const { return saved_ > 0; }
  // Removes all of it: the evaluation has come to its end.
  void finish();

 private:
  void open();  // takes the folder, or gives it up
  void give_up(const std::string& why);
  std::filesystem::path file(int64_t begin, int64_t end) const;

  std::filesystem::path folder_;
  double seconds_;
  bool given_up_ = false;
  std::unique_ptr<FolderLock> lock_;
  int64_t taken_over_ = 0, saved_ = 0, done_ = 0;
  std::vector<History> waiting_;
  double last_ = 0;  // when it was saved
};

}  // namespace trm::eval
