#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/error.h"
#include "core/file.h"

namespace trm {

// A file descriptor that closes itself.
struct Descriptor {
  int value;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

// Error "path: cannot read: why; advice".
[[noreturn]] inline void fail_to(const fs::path& path, const char* doing, int code,
                                 const char* advice) {
  throw Error(path.string() + ": cannot " + doing + ": " + std::strerror(code) + "; " + advice);
}

// Opens a regular file to read it, without waiting for a writer where it is a pipe. Error
// otherwise.
int open_regular(const fs::path& path);

// Of a name that something else has where a file is to be written.
[[noreturn]] inline void not_a_file(const fs::path& path, const char* what) {
  throw Error(path.string() + ": " + what + "; name a new file");
}

[[noreturn]] inline void cannot_write(const fs::path& path, int code) {
  if (code == ELOOP) not_a_file(path, "a link");  // who writes follows none: O_NOFOLLOW
  fail_to(path, "write", code,
          code == ENOSPC || code == EDQUOT || code == EFBIG
              ? "free some space and run again"
              : "choose a folder that can be written");
}

}  // namespace trm
