#include "tests/survival/fault_layer.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

char folder[4096];
char fault[16];
long at = 0;
std::atomic<long> calls = 0;

// A file system without something: TRM_FAULT_ABSENT names "folder_fsync", "flock", "symlink".
bool absent(const char* what) {
  const char* names = std::getenv("TRM_FAULT_ABSENT");
  return names != nullptr && std::strstr(names, what) != nullptr;
}

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

bool inside(const char* path) {
  return folder[0] != 0 && std::strncmp(path, folder, std::strlen(folder)) == 0;
}

// The path of an open file; empty where it has none.
struct PathOf {
  char text[4096] = {};
  explicit PathOf(int file) {
    char link[64];
    std::snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
    [[maybe_unused]] const auto length = ::readlink(link, text, sizeof(text) - 1);
  }
};

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

// The error that this call is to fail with, or 0; -1: it is to be the last.
int struck(bool takes_space) {
  const long call = ++calls;
  if (std::strcmp(fault, "ENOSPC") == 0) return call >= at && takes_space ? ENOSPC : 0;
  if (call != at || fault[0] == 0) return 0;
  return std::strcmp(fault, "EIO") == 0 ? EIO : -1;
}

// Counts a call; true when it fails, errno being set.
bool fails(const char* path, bool takes_space) {
  if (!inside(path)) return false;
  const int error = struck(takes_space);
  if (error == 0) return false;
  if (error < 0) die();
  errno = error;
  return true;
}

__attribute__((constructor)) void read_environment() {
  const char* in = std::getenv("TRM_FAULT_IN");
  const char* when = std::getenv("TRM_FAULT_AT");
  const char* what = std::getenv("TRM_FAULT");
  if (in != nullptr && when != nullptr && what != nullptr) {
    trm_fault_arm(in, std::strtol(when, nullptr, 10), what);
  }
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
}

bool open_fails(const char* path, int flags) {
  return (flags & (O_CREAT | O_TRUNC)) != 0 && fails(path, true);
}

}  // namespace

extern "C" {

void trm_fault_arm(const char* in, long when, const char* what) {
  std::snprintf(folder, sizeof(folder), "%s", in);
  std::snprintf(fault, sizeof(fault), "%s", what);
  at = when;
  calls = 0;
}

long trm_fault_calls(void) { return calls; }

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = mode_of(flags, arguments);
  va_end(arguments);
  if (open_fails(path, flags)) return -1;
  return next<int (*)(const char*, int, ...)>("open")(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = mode_of(flags, arguments);
  va_end(arguments);
  if (open_fails(path, flags)) return -1;
  return next<int (*)(const char*, int, ...)>("open64")(path, flags, mode);
}

ssize_t write(int file, const void* bytes, size_t count) {
  const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  if (folder[0] == 0 || !inside(PathOf(file).text)) return real(file, bytes, count);
  const int error = struck(true);
  if (error == 0) return real(file, bytes, count);
  // A full disk and a kill alike leave the first half.
  if (error != EIO && count > 1) [[maybe_unused]]
    const auto half = real(file, bytes, count / 2);
  if (error < 0) die();
  errno = error;
  return -1;
}

int fsync(int file) {
  const PathOf path(file);
  struct stat status {};
  if (absent("folder_fsync") && ::fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
    errno = EINVAL;
    return -1;
  }
  if (fails(path.text, true)) return -1;
  return next<int (*)(int)>("fsync")(file);
}

// Under a name of its own here: `flock` is a struct as well.
int flock_call(int file, int operation) __asm__("flock");
int flock_call(int file, int operation) {
  if (absent("flock")) {
    errno = ENOTSUP;
    return -1;
  }
  return next<int (*)(int, int)>("flock")(file, operation);
}

int rename(const char* from, const char* to) {
  if (fails(to, true)) return -1;
  return next<int (*)(const char*, const char*)>("rename")(from, to);
}

int mkdir(const char* path, mode_t mode) {
  if (fails(path, true)) return -1;
  return next<int (*)(const char*, mode_t)>("mkdir")(path, mode);
}

int symlink(const char* target, const char* path) {
  if (absent("symlink")) {
    errno = EPERM;
    return -1;
  }
  if (fails(path, true)) return -1;
  return next<int (*)(const char*, const char*)>("symlink")(target, path);
}

int unlink(const char* path) {
  if (fails(path, false)) return -1;
  return next<int (*)(const char*)>("unlink")(path);
}

int truncate(const char* path, off_t length) {
  if (fails(path, false)) return -1;
  return next<int (*)(const char*, off_t)>("truncate")(path, length);
}

int ftruncate(int file, off_t length) {
  if (fails(PathOf(file).text, false)) return -1;
  return next<int (*)(int, off_t)>("ftruncate")(file, length);
}

}  // extern "C"
