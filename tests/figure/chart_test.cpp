#include "figure/chart.h"

#include <cmath>

#include "figure/end_labels.h"
#include "figure/legend.h"
#include "figure/page.h"
#include "figure/style.h"
#include "tests/catch.h"

namespace trm::figure {
namespace {

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

Chart small_chart() {
  return {
      .title = "exact accuracy against steps",
      .group = "steps",
      .x = {.label = "steps", .whole = true, .from_zero = true},
      .y = {.label = "exact accuracy, %", .unit = " %"},
      .curves = {
          {"full", "full", 0, {{100, 0, 0, 0, 2}, {200, 50, 40, 60, 2}, {400, 100, 100, 100, 1}}},
          {"one", "one", 1, {{100, 20, 20, 20, 1}}}}};
}

// The luminance of a colour, and the contrast of two, as WCAG 2 defines them.
double luminance(uint32_t colour) {
  const auto linear = [&](int shift) {
    const double share = (colour >> shift & 0xff) / 255.0;
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0);
}
double contrast(uint32_t a, uint32_t b) {
  const double high = std::max(luminance(a), luminance(b));
  return (high + 0.05) / (std::min(luminance(a), luminance(b)) + 0.05);
}

}  // namespace

TEST_CASE("a curve goes through its points, dotted where fewer runs are", "[unit]") {
  const auto text = chart_figure(small_chart());
  INFO(text);
  // The drawing goes from 0 at the left to 400, and from 0 at the bottom (256) to 100 (28).
  const auto at = text.find("data-left=\"");
  REQUIRE(at != std::string::npos);
  const double left = std::stod(text.substr(at + 11));
  const double right = std::stod(text.substr(text.find("data-right=\"") + 12));
  const auto x = [&](double value) {
    auto place = std::to_string(std::round(10 * (left + value / 400 * (right - left))) / 10);
    place.erase(place.find('.') + 2);
    return place.ends_with(".0") ? place.substr(0, place.size() - 2) : place;
  };
  CHECK(contains(text, "<path class=\"line\" d=\"M" + x(100) + " 256L" + x(200) + " 142\"/>"));
  CHECK(contains(text, "<path class=\"line few\" d=\"M" + x(200) + " 142L" + x(400) + " 28\"/>"));
  CHECK(contains(text, "<path class=\"band c0\" d=\"M" + x(100) + " 256L" + x(200) + " 119.2L" +
                           x(400) + " 28L" + x(400) + " 28L" + x(200) + " 164.8L" + x(100) +
                           " 256Z\"/>"));
  // A single point is a mark, and has no band.
  CHECK(contains(text, "<circle cx=\"" + x(100) + "\" cy=\"210.4\""));
  CHECK(count_of(text, "class=\"band") == 1);
  CHECK(count_of(text, "class=\"curve ") == 2);
  CHECK(contains(
      text, "aria-label=\"exact accuracy against steps; full: 100 % at 400; one: 20 % at 100\""));
  CHECK(contains(text, "50 % (40 to 60)"));
}

TEST_CASE("an axis has its ticks where they are asked for, as far as there is room", "[unit]") {
  auto chart = small_chart();
  chart.x.logarithmic = true;
  chart.x.ticks = {100, 102, 200, 400};
  const auto text = chart_figure(chart);
  for (const char* tick : {"100", "200", "400"})
    CHECK(contains(text, "text-anchor=\"middle\">" + std::string(tick) + "</text>"));
  CHECK_FALSE(contains(text, ">102</text>"));
  CHECK(count_of(text, "class=\"tick\"") == 3 + 6);  // 0, 20, ... 100
}

TEST_CASE("on a logarithmic axis what is not above zero is left out", "[unit]") {
  auto chart = small_chart();
  chart.y.logarithmic = true;
  const auto text = chart_figure(chart);
  INFO(text);
  CHECK(contains(text, "data-points=\"[["));
  CHECK_FALSE(contains(text, "&quot;0 %&quot;"));
  CHECK(contains(text, "&quot;50 % (40 to 60)&quot;"));
  CHECK_FALSE(contains(text, "nan"));
}

TEST_CASE("a chart without points still is one", "[unit]") {
  auto chart = small_chart();
  for (auto& curve : chart.curves) curve.points.clear();
  const auto text = chart_figure(chart);
  CHECK(count_of(text, "class=\"curve ") == 2);
  CHECK_FALSE(contains(text, "nan"));
  CHECK_FALSE(contains(text, "inf"));
}

TEST_CASE("names that are markup are text in charts, legends and tables", "[unit]") {
  const std::string name = "<script>alert(\"1\")</script>'&";
  auto chart = small_chart();
  chart.title = chart.group = chart.x.label = chart.y.label = chart.y.unit = name;
  chart.curves[0].name = chart.curves[0].label = name;
  const auto text = chart_figure(chart) + legend(std::vector<std::string>{name}) +
                    html_table({name, {name}, {{name}}}) + html_facts({{name, name}}) +
                    html_flags({name}) + html_note(name);
  CHECK_FALSE(contains(text, "<script"));
  CHECK_FALSE(contains(text, "alert(\""));
  CHECK(contains(text, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;"));
}

TEST_CASE("labels keep apart and near their curves", "[unit]") {
  CHECK(spread({50, 50, 50}, 10, 0, 100) == std::vector<double>{50, 60, 70});
  CHECK(spread({98, 97}, 10, 0, 100) == std::vector<double>{100, 90});
  CHECK(spread({20, 80}, 10, 0, 100) == std::vector<double>{20, 80});
  CHECK(spread({0, 0, 0}, 80, 0, 100) == std::vector<double>{0, 50, 100});
}

TEST_CASE("long names have numbers at the ends of curves, and in the legend", "[unit]") {
  const std::vector<std::string> names = {"full", "full model.width=32, train.batch=16"};
  CHECK(short_names(names) == std::vector<std::string>{"1", "2"});
  CHECK(contains(legend(names), "2 full model.width=32, train.batch=16</li>"));
  CHECK(short_names(std::vector<std::string>{"full", "narrow"}) ==
        std::vector<std::string>{"full", "narrow"});
}

TEST_CASE("each colour is seen on its page", "[unit]") {
  for (const auto colour : kLight) CHECK(contrast(colour, kLightPage) >= 3);
  for (const auto colour : kDark) CHECK(contrast(colour, kDarkPage) >= 3);
}

TEST_CASE("columns of numbers stand right, others left", "[unit]") {
  const auto text =
      html_table({"scores", {"arm", "mean", "p"}, {{"1a", "5.0 ± 1", ""}, {"b", "-3", "<0.0001"}}});
  CHECK(contains(text, "<th>arm</th><th class=\"number\">mean</th><th class=\"number\">p</th>"));
  CHECK(contains(text, "<td>1a</td>"));
}

}  // namespace trm::figure
