// Names that something else has than a file or a folder of our own.

#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm {

TEST_CASE("a file takes no name of a device, a pipe, a link or a folder", "[unit]") {
  const ScratchFolder folder;
  const auto told = [&](const char* name) {
    return error_of([&] { write_text(folder / name, "x"); });
  };
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const auto target = folder.file("target", "theirs");
  fs::create_symlink(target, folder / "link");
  fs::create_symlink("nowhere", folder / "dangling");
  fs::create_directory(folder / "folder");
  CHECK(told("pipe") == (folder / "pipe").string() + ": a device or a pipe; name a new file");
  CHECK(contains(told("link"), "link: a link; name a new file"));
  CHECK(contains(told("dangling"), "dangling: a link; name a new file"));
  CHECK(contains(told("folder"), "folder: a folder; name a new file"));
  CHECK(contains(error_of([&] { write_text("/dev/null", "x"); }), "/dev/null: a device or a pipe"));
  CHECK(contains(error_of([&] { append_line(folder / "link", "x"); }), "link: a link"));
  CHECK(contains(error_of([&] { const PartialFile part(folder / "link"); }), "link: a link"));
  CHECK(fs::is_fifo(folder / "pipe"));
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(read_text(target) == "theirs");
  CHECK(fs::is_character_file("/dev/null"));
  for (const auto& entry : fs::directory_iterator(folder.path()))
    CHECK_FALSE(contains(entry.path().string(), "partial"));
}

TEST_CASE("a lock that is a link empties no file", "[unit]") {
  const ScratchFolder folder;
  const auto target = folder.file("notes", "theirs");
  fs::create_directory(folder / "run");
  fs::create_symlink(target, folder / "run/lock");
  CHECK(contains(error_of([&] { const FolderLock lock(folder / "run"); }), "run/lock: a link"));
  CHECK(read_text(target) == "theirs");
}

TEST_CASE("a new folder is where a link leads to", "[unit]") {
  const ScratchFolder folder;
  fs::create_directory(folder / "large_disk");
  fs::create_directory_symlink(folder / "large_disk", folder / "out");
  {
    NewFolder made(folder / "out");
    CHECK(made.path().parent_path() == fs::canonical(folder.path()));
    CHECK(contains(made.path().filename().string(), "large_disk"));
    write_text(made.path() / "a", "1");
    made.commit();
  }
  CHECK(fs::is_symlink(folder / "out"));
  CHECK(read_text(folder / "large_disk/a") == "1");
  fs::create_symlink("nowhere", folder / "dangling");
  CHECK(contains(error_of([&] { const NewFolder made(folder / "dangling"); }),
                 "dangling: a link to nothing; name a new folder"));
}

TEST_CASE("a new folder is refused at once where it cannot take its place at the end", "[unit]") {
  const ScratchFolder folder;
  const auto before = fs::current_path();
  fs::create_directory(folder / "here");
  fs::current_path(folder / "here");
  const auto told = error_of([&] { const NewFolder made("."); });
  fs::current_path(before);
  CHECK(contains(told, "here: the folder that you are in; name one inside of it"));
  // As a disk that is mounted there, the root folder cannot be replaced.
  CHECK(contains(error_of([&] { const NewFolder made("/proc/self/task"); }), "/proc/"));
}

}  // namespace trm
