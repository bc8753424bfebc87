#include "sweep/display.h"

#include <thread>

#include "tests/catch.h"

namespace trm::sweep {
namespace {

Overview made() {
  Overview overview;
  overview.running = {{"full-seed0", 120, 300, 0.53125, 2.3}, {"narrow-seed0", 0, 300, {}, {}}};
  overview.waiting = 4;
  overview.done = 2;
  overview.seconds_left = 200;
  return overview;
}

}  // namespace

TEST_CASE("a study is one line, and a line for each run that goes on", "[unit]") {
  auto overview = made();
  CHECK(overview_line(overview) ==
        "2 running, 4 waiting, 2 done, 0 failed; 2.3 steps/s; 3 min 20 s left");
  overview.elsewhere = 1;
  CHECK(overview_line(overview).starts_with("2 running, 1 elsewhere, 4 waiting"));
  CHECK(run_line(overview.running[0], 12, 100) ==
        "  full-seed0    [########............]  120/300  2.3/s  loss 0.5312  1 min 18 s left");
  // Nothing is cut off where a shorter bar makes room.
  const auto narrow = run_line(overview.running[0], 12, 80);
  CHECK(narrow.size() == 79);
  CHECK(narrow.ends_with("1 min 18 s left"));
  CHECK(run_line(overview.running[1], 12, 30).size() <= 29);
}

TEST_CASE("on a terminal the lines are drawn again in their place", "[unit]") {
  std::vector<std::string> drawn;
  Display display({[&](const std::string& text) { drawn.push_back(text); }, true, 80});
  display.update(made());
  REQUIRE(drawn.size() == 1);
  CHECK(std::count(drawn[0].begin(), drawn[0].end(), '\n') == 3);
  display.update(made());
  CHECK(drawn.size() == 1);  // too soon
  std::this_thread::sleep_for(std::chrono::milliseconds(260));
  display.update(made());
  REQUIRE(drawn.size() == 3);
  CHECK(drawn[1] == "\033[3A\r\033[J");
  display.clear();
  CHECK(drawn.back() == "\033[3A\r\033[J");
  display.clear();
  CHECK(drawn.size() == 4);
}

TEST_CASE("elsewhere a line now and then", "[unit]") {
  std::string written;
  Display display({[&](const std::string& text) { written += text; }, false, 80});
  display.update(made());
  display.clear();
  CHECK(written.empty());  // nothing within the first half minute
}

}  // namespace trm::sweep
