#include "figure/bars.h"

#include <cmath>

#include "figure/chart.h"
#include "figure/page.h"
#include "tests/catch.h"

namespace trm::figure {
namespace {

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

// The numbers of an attribute, in the order of the text.
std::vector<double> numbers_of(const std::string& text, const std::string& before) {
  std::vector<double> numbers;
  for (size_t at = 0; (at = text.find(before, at)) != std::string::npos; at += before.size())
    numbers.push_back(std::stod(text.substr(at + before.size())));
  return numbers;
}

}  // namespace

TEST_CASE("bars are as long as their values, with their intervals over them", "[unit]") {
  const auto text = bar_figure({.title = "exact accuracy by givens",
                                .label = "exact accuracy, %",
                                .unit = " %",
                                .most = 100,
                                .bars = {{"17 to 20", 25, Range{20, 40}, "of 80"},
                                         {"21 to 24", 50, {}, "of 9"},
                                         {"none", 0, {}, ""}}});
  INFO(text);
  const auto widths = numbers_of(text, "\" width=\"");
  REQUIRE(widths.size() == 3);
  CHECK(widths[1] == Approx(2 * widths[0]).margin(0.2));
  CHECK(widths[2] == 0);
  CHECK(count_of(text, "class=\"whisker\"") == 1);
  // From the bar's left end an interval of 20 to 40 goes over 0.8 to 1.6 times its length.
  const double left = numbers_of(text, "class=\"filled\" x=\"")[0];
  const double low = numbers_of(text, " d=\"M")[0];
  CHECK(low == Approx(left + 0.8 * widths[0]).margin(0.2));
  CHECK(contains(text, ">25 % of 80</text>"));
  CHECK(contains(text, "exact accuracy by givens; 17 to 20: 25 % of 80 (20 to 40); 21 to 24: 50 "));
  // All ticks of a percentage, up to what it may be.
  for (const char* tick : {">0</text>", ">20</text>", ">100</text>"}) CHECK(contains(text, tick));
}

TEST_CASE("names of bars are shortened between characters and never markup", "[unit]") {
  std::string name;
  for (int i = 0; i < 60; ++i) name += "ä<";
  const auto text = bar_figure({.title = "<b>", .label = "&", .bars = {{name, 1, {}, "<i>"}}});
  CHECK((contains(text, "ä…</text>") || contains(text, "&lt;…</text>")));
  CHECK_FALSE(contains(text, "<b>"));
  CHECK_FALSE(contains(text, "<i>"));
  CHECK(count_of(text, "ä") > 60);  // the whole one is the title
}

TEST_CASE("bars of the same or of no values are drawn", "[unit]") {
  CHECK(contains(bar_figure({.title = "t", .label = "l", .bars = {{"a", 0, {}, ""}}}), "<rect"));
  CHECK_FALSE(contains(bar_figure({.title = "t", .label = "l", .bars = {}}), "<rect"));
  const auto below =
      bar_figure({.title = "t", .label = "l", .bars = {{"a", -2, {}, ""}, {"b", 2, {}, ""}}});
  const auto widths = numbers_of(below, "\" width=\"");
  REQUIRE(widths.size() == 2);
  CHECK(widths[0] == widths[1]);
}

TEST_CASE("a chart of given ranges has them whatever its points, and a diagonal", "[unit]") {
  const Range whole{0, 100};
  Chart chart{.title = "calibration",
              .x = {.label = "said, %", .range = whole},
              .y = {.label = "right, %", .range = whole},
              .curves = {{"puzzles", "", 0, {{40, 60, 60, 60, 1}, {50, 70, 70, 70, 1}}}},
              .diagonal = true};
  const auto text = chart_figure(chart);
  INFO(text);
  const double left = numbers_of(text, "data-left=\"")[0],
               right = numbers_of(text, "data-right=\"")[0];
  const auto line = text.substr(text.find("class=\"cross\""));
  CHECK(numbers_of(line, "x1=\"")[0] == left);
  CHECK(numbers_of(line, "x2=\"")[0] == right);
  CHECK(numbers_of(line, "y1=\"")[0] == 256);
  CHECK(numbers_of(line, "y2=\"")[0] == 28);
  CHECK(numbers_of(text, "<circle cx=\"")[0] == Approx(left + 0.4 * (right - left)).margin(0.06));
  chart.diagonal = false;
  CHECK_FALSE(contains(chart_figure(chart), "class=\"cross\""));
  chart.diagonal = true;
  chart.y.range = Range{200, 300};  // nowhere the same
  CHECK_FALSE(contains(chart_figure(chart), "class=\"cross\""));
}

TEST_CASE("a page takes a style and a script of its own that stay within their elements",
          "[unit]") {
  const auto page = html_page("t", "", {".own { margin: 0; }", "const own = 1;"});
  CHECK(contains(page, ".own { margin: 0; }</style>"));
  CHECK(contains(page, "const own = 1;/*]]>*/</script>"));
  for (const char* script : {"'</script>'", "'<!--'", "a[b[0]]>1"})
    CHECK_THROWS_AS(html_page("t", "", {"", script}), std::logic_error);
  CHECK_THROWS_AS(html_page("t", "", {"a > b { content: '<' }", ""}), std::logic_error);
}

}  // namespace trm::figure
