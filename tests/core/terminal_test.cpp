#include "core/terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/catch.h"

namespace trm {

TEST_CASE("durations in words", "[unit]") {
  CHECK(human_seconds(0) == "0.0 s");
  CHECK(human_seconds(12.34) == "12.3 s");
  CHECK(human_seconds(59.94) == "59.9 s");
  CHECK(human_seconds(59.96) == "1 min 00 s");
  CHECK(human_seconds(200) == "3 min 20 s");
  CHECK(human_seconds(3599.4) == "59 min 59 s");
  CHECK(human_seconds(3599.6) == "1 h 00 min");
  CHECK(human_seconds(3725) == "1 h 02 min");
  CHECK(human_seconds(360000) == "4.2 days");
}

TEST_CASE("counts with their unit", "[unit]") {
  CHECK(human_count(0) == "0");
  CHECK(human_count(950) == "950");
  CHECK(human_count(999.4) == "999");
  CHECK(human_count(999.6) == "1.0 k");
  CHECK(human_count(12345) == "12.3 k");
  CHECK(human_count(999949) == "999.9 k");
  CHECK(human_count(999951) == "1.00 M");
  CHECK(human_count(6.83e6) == "6.83 M");
  CHECK(human_count(999.996e6) == "1.00 G");
  CHECK(human_count(1.2e9) == "1.20 G");
  CHECK(human_count(5e13) == "50.00 T");
}

TEST_CASE("bytes with their unit", "[unit]") {
  CHECK(human_bytes(512) == "512 B");
  CHECK(human_bytes(1023) == "1023 B");
  CHECK(human_bytes(1024) == "1.0 KiB");
  CHECK(human_bytes(1048575) == "1.0 MiB");
  CHECK(human_bytes(3.4 * 1048576) == "3.4 MiB");
  CHECK(human_bytes(1073741823) == "1.00 GiB");
  CHECK(human_bytes(2.5 * 1073741824) == "2.50 GiB");
}

TEST_CASE("from two days on a duration is in days", "[unit]") {
  CHECK(human_seconds(2.0 * 86400 - 60) == "47 h 59 min");
  CHECK(human_seconds(18.04 * 86400) == "18.0 days");
}

TEST_CASE("text is wrapped between words, long ones whole", "[unit]") {
  CHECK(wrapped("one two  three", 9, 2) == "  one two\n  three\n");
  CHECK(wrapped("a verylongword b", 8, 2) == "  a\n  verylongword\n  b\n");
  CHECK(wrapped("", 8, 2).empty());
}

TEST_CASE("a page is as wide as COLUMNS says, and no narrower than can be read", "[unit]") {
  ::setenv("COLUMNS", "120", 1);
  CHECK(page_width(1) == 120);
  ::setenv("COLUMNS", "3", 1);
  CHECK(page_width(1) == 40);
  ::unsetenv("COLUMNS");
}

TEST_CASE("a file is no terminal, has no colours and counts as 80 columns wide", "[unit]") {
  const int file = ::open("/dev/null", O_RDONLY);
  REQUIRE(file >= 0);
  CHECK_FALSE(is_terminal(file));
  CHECK_FALSE(has_colours(file));
  CHECK(terminal_width(file) == 80);
  ::close(file);
}

TEST_CASE("a terminal has its width, and colours unless they are not wanted", "[unit]") {
  const int control = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (control < 0) {
    WARN("no pseudo-terminals here, as in a bare chroot: not checked");
    return;
  }
  REQUIRE(::grantpt(control) == 0);
  REQUIRE(::unlockpt(control) == 0);
  const int file = ::open(::ptsname(control), O_RDWR | O_NOCTTY);
  REQUIRE(file >= 0);
  CHECK(is_terminal(file));
  CHECK(terminal_width(file) == 80);
  winsize size{};
  size.ws_col = 123;
  REQUIRE(::ioctl(file, TIOCSWINSZ, &size) == 0);
  CHECK(terminal_width(file) == 123);
  ::unsetenv("NO_COLOR");
  ::setenv("TERM", "xterm", 1);
  CHECK(has_colours(file));
  ::setenv("NO_COLOR", "", 1);
  CHECK(has_colours(file));
  ::setenv("NO_COLOR", "1", 1);
  CHECK_FALSE(has_colours(file));
  ::unsetenv("NO_COLOR");
  ::setenv("TERM", "dumb", 1);
  CHECK_FALSE(has_colours(file));
  ::close(file);
  ::close(control);
}

}  // namespace trm
