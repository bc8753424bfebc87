#include <sys/wait.h>
#include <unistd.h>

#include "core/child_process.h"
#include "core/file.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm {

TEST_CASE("a lock that is asked for is given once", "[unit]") {
  const ScratchFolder scratch;
  CHECK_FALSE(FolderLock::is_held(scratch.path()));
  auto lock = FolderLock::if_free(scratch.path());
  REQUIRE(lock);
  CHECK(FolderLock::is_held(scratch.path()));
  CHECK_FALSE(FolderLock::if_free(scratch.path()));
  CHECK_THROWS_AS(FolderLock(scratch.path()), Error);
  lock.reset();
  CHECK_FALSE(FolderLock::is_held(scratch.path()));
  CHECK(FolderLock::if_free(scratch.path()));
}

TEST_CASE("a lock that a child inherits is free once both have ended", "[unit]") {
  const ScratchFolder scratch;
  auto lock = FolderLock::if_free(scratch.path());
  REQUIRE(lock);
  const auto child = start_child({.program = "/bin/sleep",
                                  .arguments = {"sleep", "60"},
                                  .variables = own_variables(),
                                  .kept = lock->file()});
  lock.reset();
  CHECK(FolderLock::is_held(scratch.path()));
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(FolderLock::if_free(scratch.path()));
}

TEST_CASE("a program that cannot be executed ends with code 127", "[unit]") {
  const auto child =
      start_child({.program = "/nowhere", .arguments = {"nowhere"}, .variables = {}});
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WEXITSTATUS(status) == 127);
}

}  // namespace trm
