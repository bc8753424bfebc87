#include "apps/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>

namespace trm::apps {

void open_standard_streams() {
  for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(file, F_GETFD) >= 0) continue;
    // The lowest free number is this one. An output that was closed stays one that takes nothing;
    // messages have nobody to be an error for.
    const int opened = ::open("/dev/null", file == STDERR_FILENO ? O_WRONLY : O_RDONLY);
    if (opened >= 0 && opened != file) ::close(opened);
  }
}

void flush_output() {
  errno = 0;
  std::cout.flush();
  const bool flushed = std::fflush(stdout) == 0;
  if (flushed && std::ferror(stdout) == 0 && std::cout.good()) return;
  const int code = errno;
  throw OutputLost(std::string("standard output: cannot write: ") +
                   (code != 0 ? std::strerror(code) : "some of it was lost") +
                   "; free some space, or name another place for it");
}

}  // namespace trm::apps
