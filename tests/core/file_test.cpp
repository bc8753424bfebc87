#include "core/file.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm {
namespace {

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

using Names = std::set<std::string>;

// What `action` writes to its descriptor in a child process; there a limit or another user's rights
// do not touch this one.
std::string in_child(const std::function<std::string()>& action) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::string text;
    try {
      text = action();
    } catch (const std::exception& error) {
      text = error.what();
    }
    const auto written = ::write(ends[1], text.data(), text.size());
    ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[512];
  for (ssize_t n; (n = ::read(ends[0], buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, static_cast<size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  return text;
}

}  // namespace

TEST_CASE("a written file holds its pieces and nothing is left beside it", "[unit]") {
  const ScratchFolder folder;
  write_text(folder / "a", "old");
  const std::string first = "one ", second = "two";
  const std::span<const std::byte> pieces[] = {
      std::as_bytes(std::span(first)), {}, std::as_bytes(std::span(second))};
  write_file(folder / "a", pieces);
  CHECK(read_text(folder / "a") == "one two");
  write_text(folder / "empty", "");
  CHECK(read_text(folder / "empty").empty());
  CHECK(names_in(folder.path()) == Names{"a", "empty"});
}

TEST_CASE("a file that cannot be written leaves nothing behind", "[unit]") {
  const ScratchFolder folder;
  const auto missing = folder / "no/such/file";
  CHECK(error_of([&] { write_text(missing, "x"); }) ==
        missing.string() +
            ": cannot write: No such file or directory; "
            "choose a folder that can be written");
  fs::create_directory(folder / "taken");
  CHECK(contains(error_of([&] { write_text(folder / "taken", "x"); }),
                 "taken: a folder; name a new file"));
  CHECK(names_in(folder.path()) == Names{"taken"});
}

TEST_CASE("a full disk keeps the file that was there", "[unit]") {
  const ScratchFolder folder;
  const auto path = folder.file("a", "old");
  const auto text = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return error_of([&] { write_text(path, std::string(10000, 'x')); });
  });
  CHECK(text == path.string() + ": cannot write: File too large; free some space and run again");
  CHECK(read_text(path) == "old");
  CHECK(names_in(folder.path()) == Names{"a"});
}

TEST_CASE("a folder without permission is an error that says so", "[unit]") {
  const ScratchFolder folder;
  const auto path = folder.file("secret", "x");
  fs::permissions(path, fs::perms::none);
  fs::permissions(folder.path(), fs::perms(0555));
  const auto texts = in_child([&] {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) return std::string("no other user");
    return error_of([&] { write_text(folder / "b", "x"); }) + "\n" +
           error_of([&] { read_text(path); }) + "\n" +
           error_of([&] { NewFolder made(folder / "c"); }) + "\n" +
           error_of([&] { FolderLock lock(folder.path()); });
  });
  fs::permissions(folder.path(), fs::perms::owner_all);
  const auto cannot_write =
      ": cannot write: Permission denied; choose a folder that can be written";
  CHECK(texts == (folder / "b").string() + cannot_write + "\n" + path.string() +
                     ": cannot read: Permission denied; check the name and its permissions\n" +
                     (folder / "c").string() + cannot_write + "\n" + (folder / "lock").string() +
                     cannot_write);
  CHECK(names_in(folder.path()) == Names{"secret"});
}

TEST_CASE("reading refuses what is missing, no file, or too large", "[unit]") {
  const ScratchFolder folder;
  const auto path = folder.file("a", "12345");
  CHECK(read_text(path, 5) == "12345");
  CHECK(error_of([&] { read_text(path, 4); }) ==
        path.string() + ": 5 bytes, more than such a file can have");
  CHECK(error_of([&] { read_text(folder / "b"); }) == (folder / "b").string() + ": no such file");
  CHECK(contains(error_of([&] { read_text(path / "b"); }), "cannot read: Not a directory"));
  CHECK(
      contains(error_of([&] { read_text(folder / std::string(300, 'x')); }), "File name too long"));
  CHECK(error_of([&] { read_text(folder.path()); }) ==
        folder.path().string() + ": not a regular file");
  // A pipe that nobody writes to must not hang the reader.
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(contains(error_of([&] { MappedFile::open(folder / "pipe"); }), "not a regular file"));
}

TEST_CASE("lines are appended with their end", "[unit]") {
  const ScratchFolder folder;
  append_line(folder / "log", "one");
  append_line(folder / "log", "");
  append_line(folder / "log", "two");
  CHECK(read_text(folder / "log") == "one\n\ntwo\n");
  CHECK(contains(error_of([&] { append_line(folder / "no/log", "x"); }),
                 "No such file or directory"));
}

TEST_CASE("a line that does not fit on the disk is not there in part", "[unit]") {
  const ScratchFolder folder;
  const auto path = folder.file("log", "one\n");
  const auto text = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return error_of([&] { append_line(path, std::string(10000, 'x')); });
  });
  CHECK(text == path.string() + ": cannot write: File too large; free some space and run again");
  CHECK(read_text(path) == "one\n");
}

TEST_CASE("a removed folder leaves nothing, and must have been there", "[unit]") {
  const ScratchFolder folder;
  fs::create_directories(folder / "x/sub");
  folder.file("x/sub/a", "1");
  remove_folder(folder / "x");
  CHECK(names_in(folder.path()).empty());
  CHECK(contains(error_of([&] { remove_folder(folder / "x"); }), "No such file or directory"));
}

TEST_CASE("a new folder appears whole at commit", "[unit]") {
  const ScratchFolder folder;
  {
    NewFolder made(folder / "deep/x/");
    fs::create_directory(made.path() / "sub");
    write_text(made.path() / "sub/a", "1");
    CHECK_FALSE(fs::exists(folder / "deep/x"));
    made.commit();
  }
  CHECK(names_in(folder / "deep") == Names{"x"});
  CHECK(read_text(folder / "deep/x/sub/a") == "1");
}

TEST_CASE("a new folder that is abandoned leaves nothing", "[unit]") {
  const ScratchFolder folder;
  {
    const NewFolder made(folder / "x");
    write_text(made.path() / "a", "1");
  }
  CHECK(names_in(folder.path()).empty());
}

TEST_CASE("what a killed process left of a folder goes when it is made again", "[unit]") {
  const ScratchFolder folder;
  const auto child = ::fork();
  if (child == 0) ::_exit(0);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  const auto ended = std::to_string(child);
  char host[32] = {};
  ::gethostname(host, sizeof(host) - 1);
  const auto here = std::string(host) + "-";
  for (const auto& name :
       Names{"x.partial-" + ended, "x.partial-" + here + ended, "x.partial-elsewhere-" + ended,
             "x.partial-" + here + "1", "x.partial-data", "other.partial-" + ended}) {
    fs::create_directory(folder / name);
    folder.file(name + "/a", "1");
  }
  NewFolder(folder / "x").commit();
  CHECK(names_in(folder.path()) == Names{"other.partial-" + ended, "x", "x.partial-" + here + "1",
                                         "x.partial-data", "x.partial-elsewhere-" + ended});
}

TEST_CASE("a folder that is there is not replaced", "[unit]") {
  const ScratchFolder folder;
  fs::create_directory(folder / "x");
  { NewFolder(folder / "x").commit(); }  // an empty one is nobody's work
  folder.file("x/old", "1");
  CHECK(error_of([&] { NewFolder made(folder / "x"); }) ==
        (folder / "x").string() + ": already there; choose another name or remove it first");
  CHECK(names_in(folder / "x") == Names{"old"});
  folder.file("y", "a file");
  CHECK(contains(error_of([&] { NewFolder made(folder / "y"); }), "already there"));
}

TEST_CASE("a folder filled by another before commit is kept", "[unit]") {
  const ScratchFolder folder;
  {
    NewFolder made(folder / "x");
    fs::create_directory(folder / "x");
    folder.file("x/theirs", "1");
    CHECK(contains(error_of([&] { made.commit(); }), "cannot write: Directory not empty"));
  }
  CHECK(names_in(folder.path()) == Names{"x"});
  CHECK(names_in(folder / "x") == Names{"theirs"});
}

TEST_CASE("leftovers are removed and nothing else", "[unit]") {
  const ScratchFolder folder;
  folder.file("keep", "1");
  folder.file("step_3.partial-77", "1");
  fs::create_directories(folder / "data.partial-78/sub");
  remove_leftovers(folder.path());
  CHECK(names_in(folder.path()) == Names{"keep"});
  remove_leftovers(folder / "missing");
}

TEST_CASE("a folder has one user, whom the error names", "[unit]") {
  const ScratchFolder folder;
  const auto holder = "process " + std::to_string(::getpid()) + " on ";
  {
    const FolderLock lock(folder.path());
    const auto text = in_child([&] { return error_of([&] { FolderLock second(folder.path()); }); });
    INFO(text);
    CHECK(text.starts_with(folder.path().string() + ": in use by " + holder));
    CHECK(contains(text, "; wait for it, or choose another folder with --run"));
  }
  CHECK(in_child([&] {
          const FolderLock lock(folder.path());
          return std::string("taken");
        }) == "taken");
  // The kernel releases the lock of a process that ended without a destructor.
  const auto child = ::fork();
  if (child == 0) {
    new FolderLock(folder.path());
    ::raise(SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  const FolderLock lock(folder.path());
  CHECK(contains(error_of([&] { FolderLock missing(folder / "none"); }),
                 "No such file or directory"));
}

}  // namespace trm
