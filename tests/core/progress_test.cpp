#include "core/progress.h"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "core/terminal.h"
#include "tests/catch.h"

namespace trm {
namespace {

struct Screen {
  std::vector<std::string> writes;

  Progress::Output output(bool terminal, int width = 80) {
    return {[this](const std::string& text) { writes.push_back(text); }, terminal, width};
  }
};

constexpr auto kErase = "\r\033[K";

void wait() { std::this_thread::sleep_for(std::chrono::milliseconds(110)); }

}  // namespace

TEST_CASE("a terminal gets one line that is drawn again", "[unit]") {
  Screen screen;
  Progress progress("solve", 200, screen.output(true));
  progress.update(0);
  REQUIRE(screen.writes.size() == 1);
  CHECK(screen.writes[0].starts_with(kErase));
  CHECK(contains(screen.writes[0], "[..............................]   0%  solve 0/200"));
  for (int i = 1; i < 50; ++i) progress.update(i);
  CHECK(screen.writes.size() == 1);  // at most ten a second
  wait();
  progress.update(50, "loss 0.5");
  REQUIRE(screen.writes.size() == 2);
  INFO(screen.writes[1]);
  CHECK(contains(screen.writes[1], "]  25%  solve 50/200"));
  CHECK(contains(screen.writes[1], "[#######"));
  CHECK(contains(screen.writes[1], "/s  "));
  CHECK(contains(screen.writes[1], " s left"));
  CHECK(screen.writes[1].ends_with("loss 0.5"));
  CHECK_FALSE(contains(screen.writes[1], "\n"));
  progress.update(200);
  progress.finish();
  progress.finish();
  REQUIRE(screen.writes.size() == 3);
  CHECK(contains(screen.writes[2], "] 100%  solve 200/200"));
  CHECK_FALSE(contains(screen.writes[2], "left"));
  CHECK(screen.writes[2].ends_with("\n"));
}

TEST_CASE("a total may come later than the work", "[unit]") {
  Screen screen;
  Progress progress("fetch", 0, screen.output(true, 200));
  progress.expect(400, 100);
  progress.update(200);
  CHECK(contains(screen.writes.at(0), "]  50%  fetch 200/400"));
  progress.expect(10);
  wait();
  progress.update(1);
  CHECK(contains(screen.writes.at(1), "]  10%  fetch 1/10"));
}

TEST_CASE("rate and time left count from the start of this run", "[unit]") {
  Screen screen;
  Progress progress("train", 1000100, screen.output(true, 200), 1000000);
  wait();
  progress.update(1000050);
  REQUIRE(screen.writes.size() == 1);
  INFO(screen.writes[0]);
  // 50 in 0.11 s or somewhat more; from zero it would be nine million a second.
  const auto at = screen.writes[0].find("train 1000050/1000100  ");
  REQUIRE(at != std::string::npos);
  const double rate = std::stod(screen.writes[0].substr(at + 23));
  CHECK(rate > 20);
  CHECK(rate <= 455);
}

TEST_CASE("a line fits the terminal", "[unit]") {
  for (const int width : {1, 2, 20, 45, 60, 80, 200}) {
    Screen screen;
    Progress progress("a rather long title of the work", 200, screen.output(true, width));
    progress.update(100, "and a note");
    REQUIRE(screen.writes.size() == 1);
    CHECK(screen.writes[0].size() - 4 <= static_cast<size_t>(std::max(1, width - 1)));
  }
}

TEST_CASE("more done than there was to do is shown, not a crash", "[unit]") {
  Screen screen;
  Progress progress("x", 10, screen.output(true));
  progress.update(25);
  REQUIRE(screen.writes.size() == 1);
  CHECK(contains(screen.writes[0], "[##############################] 100%  x 25/10"));
  Screen empty;
  Progress nothing("x", 0, empty.output(true));
  nothing.update(0);
  CHECK(contains(empty.writes.at(0), "x 0/0"));
}

TEST_CASE("a file gets plain lines, few of them, and a last one", "[unit]") {
  Screen screen;
  {
    Progress progress("build", 10, screen.output(false));
    for (int i = 0; i <= 10; ++i) progress.update(i, "n");
    CHECK(screen.writes.empty());
    progress.finish();
  }
  REQUIRE(screen.writes.size() == 1);
  CHECK(screen.writes[0].starts_with("build 10/10"));
  CHECK(screen.writes[0].ends_with("  n\n"));
  CHECK_FALSE(contains(screen.writes[0], "\033"));
}

TEST_CASE("clearing erases the line and the next update draws it again", "[unit]") {
  Screen screen;
  {
    Progress progress("x", 10, screen.output(true));
    progress.clear();
    CHECK(screen.writes.empty());
    progress.update(1);
    progress.clear();
    progress.update(2);
  }
  REQUIRE(screen.writes.size() == 4);
  CHECK(screen.writes[1] == kErase);
  CHECK(contains(screen.writes[2], "x 2/10"));
  CHECK(screen.writes[3] == kErase);  // left without finish(): nothing stays on the line
}

TEST_CASE("silent progress writes nothing and takes every call", "[unit]") {
  auto progress = Progress::silent();
  progress.update(3);
  progress.clear();
  progress.finish();
}

}  // namespace trm
