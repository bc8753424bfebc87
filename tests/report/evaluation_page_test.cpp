#include "report/evaluation_page.h"

#include <limits>

#include "report/reading.h"
#include "tests/catch.h"
#include "tests/report/sample.h"

namespace trm::report {
namespace {

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

const data::Sudoku& sudoku() {
  static const data::Sudoku task({}, info_of(81, 11));
  return task;
}

}  // namespace

TEST_CASE("a page tells every part of an evaluation", "[unit]") {
  const auto page = evaluation_page("t", full_evaluation(), sudoku(), played_sudoku(5));
  CHECK(contains(page,
                 "<strong>87.23 %</strong> of 10000 puzzles are solved exactly (95 % interval: "
                 "86.57 to 87.87 %)"));
  for (const char* heading :
       {"Puzzles, step by step", "Failures by kind", "By supervision step", "By depth",
        "By breadth", "By rating and size", "Which answer is taken", "Against compute",
        "Calibration of the halting value", "Origin"})
    CHECK(contains(page, "<h2>" + std::string(heading) + "</h2>"));
  CHECK(contains(page, "<td>rules obeyed</td><td class=\"number\">87.31 %</td>"));
  CHECK(contains(page, "<td>lm loss</td><td class=\"number\">0.1472</td>"));
  CHECK(contains(page, "<dt>spurious fixed points</dt><dd>8.1 %</dd>"));
  CHECK(contains(page, ">68 % of 2500</text>"));
  CHECK(contains(page, "exact accuracy by givens"));
  CHECK(contains(page, "<dt>Brier score</dt><dd>0.0573</dd>"));
  CHECK(contains(page, "<dt>checkpoint step</dt><dd>60000</dd>"));
  CHECK(
      contains(page, "<td>empty cells</td><td class=\"number\">1</td><td class=\"number\">33.3 %"));
  CHECK(contains(page, "Wrong are 3 of the 5 puzzles of this page."));
  // Steps, changes, depth, breadth, two of compute and calibration; groups, selections and bins as
  // bars.
  CHECK(count_of(page, "<figure class=\"chart\"") == 7);
  CHECK(count_of(page, "<figure class=\"chart bars\"") == 4);
  CHECK(count_of(page, "class=\"still\"") == 9);
}

TEST_CASE("a page leaves out what an evaluation lacks or has otherwise than it should", "[unit]") {
  const auto json = full_evaluation();
  const auto whole = evaluation_page("t", json, sudoku(), {});
  CHECK_FALSE(contains(whole, "player-data"));
  for (const auto& [key, value] : json.items()) {
    for (const char* other : {"null", "[]", "{}", "-3", "\"x\"", "[null]", "[[1, 2]]", "[{}]",
                              "{\"bins\": 3, \"curve\": [1], \"name\": 4}", "1e999"}) {
      INFO(key << ": " << other);
      auto damaged = json;
      damaged[key] = std::string(other) == "1e999" ? Json(std::numeric_limits<double>::infinity())
                                                   : Json::parse(other);
      const auto page = evaluation_page("t", damaged, sudoku(), {});
      CHECK(contains(page, "</html>"));
      CHECK_FALSE(contains(page, "inf"));
    }
    auto without = json;
    without.erase(key);
    CHECK(evaluation_page("t", without, sudoku(), {}).size() < whole.size());
  }
  const auto bare = evaluation_page("t", {{"exact_accuracy", 0.5}}, sudoku(), {});
  CHECK(contains(bare, "<strong>50 %</strong> of the puzzles are solved exactly</p>"));
  CHECK(count_of(bare, "<h2>") == 0);
  CHECK(contains(evaluation_page("t", Json(), sudoku(), {}), "<h1>t</h1>"));
}

TEST_CASE("text of a page is never markup, wherever it comes from", "[unit]") {
  const std::string hostile = "</script><script>alert(1)</script>]]><!--<img src=x>&\"'\x7f\xff";
  auto json = full_evaluation();
  json["checkpoint"] = hostile;
  json["by_size"]["name"] = hostile;
  json[hostile] = 0.5;
  json["selections"][hostile] = {{"exact_accuracy", 0.5}};
  json["by_depth"][0]["selections"][hostile] = {{"exact_accuracy", 0.5}};
  json["by_step"][0][hostile] = 0.5;
  json["compute"]["curve"][0]["rule"] = hostile;
  auto boards = played_sudoku(1);
  boards[0].title = hostile;
  const auto page = evaluation_page(hostile, json, sudoku(), boards);
  CHECK_FALSE(contains(page, "<img"));
  CHECK_FALSE(contains(page, "alert(1)</"));
  CHECK_FALSE(contains(page, "<!--"));
  CHECK(count_of(page, "<script") == 2);
  CHECK(count_of(page, "</script>") == 2);
  CHECK(count_of(page, "]]>") == 1);
  CHECK(contains(page, "\\u003c/script\\u003e\\u003cscript\\u003ealert(1)"));
  CHECK(count_of(page, "://") == 2);  // the names of XHTML and SVG
}

TEST_CASE("numbers and intervals of an evaluation are read where they are such", "[unit]") {
  const auto json =
      Json::parse(R"({"a": 1, "b": "1", "c": [0.25, 0.5], "d": [0.5, 0.25], "e": [1]})");
  CHECK(number_at(json, "a") == 1.0);
  CHECK_FALSE(number_at(json, "b"));
  CHECK_FALSE(number_at(json, "none"));
  CHECK_FALSE(number_at(Json::array(), "a"));
  REQUIRE(interval_of(json["c"]));
  CHECK(interval_of(json["c"])->low == 25);
  CHECK(interval_of(json["c"])->high == 50);
  CHECK_FALSE(interval_of(json["d"]));
  CHECK_FALSE(interval_of(json["e"]));
  CHECK(percent_at(json, "a") == 100.0);
}

}  // namespace trm::report
