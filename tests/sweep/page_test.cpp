#include <algorithm>

#include "sweep/run_curves.h"
#include "sweep/runs_page.h"
#include "tests/catch.h"
#include "tests/sweep/small_study.h"

namespace trm::sweep {
namespace {

using nlohmann::json;

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

std::vector<json> log_of(const SmallStudy& study, const std::string& run) {
  std::vector<json> lines;
  std::ifstream log(study.run(run) / "metrics.jsonl");
  for (std::string line; std::getline(log, line);) lines.push_back(json::parse(line));
  return lines;
}

// The figure of a title in a page.
std::string figure_of(const std::string& page, const std::string& title) {
  const auto at = page.find("<figcaption>" + title + "</figcaption>");
  if (at == std::string::npos) return "";
  return page.substr(at, page.find("</figure>", at) - at);
}

// What is read at the points of a curve: x and y as text.
std::vector<std::pair<std::string, std::string>> readings_of(const std::string& figure,
                                                             const std::string& name) {
  auto at = figure.find("data-name=\"" + name + "\"");
  if (at == std::string::npos) return {};
  at = figure.find("data-points=\"", at) + 13;
  auto list = figure.substr(at, figure.find('"', at) - at);
  for (size_t quote; (quote = list.find("&quot;")) != std::string::npos;)
    list.replace(quote, 6, "\"");
  std::vector<std::pair<std::string, std::string>> readings;
  for (const auto& point : json::parse(list)) readings.emplace_back(point[2], point[3]);
  return readings;
}

std::string page_of(const SmallStudy& study, std::vector<std::string> words = {}) {
  const auto path = (study.small.scratch / "page.html").string();
  words.insert(words.begin(), path);
  const auto done = study.sweep("plot", words);
  INFO(done.err);
  REQUIRE(done.code == 0);
  CHECK(done.out.starts_with(path + ": "));
  return read_text(path);
}

}  // namespace

TEST_CASE("a page has a curve for each arm, score and axis, with the numbers of the logs",
          "[unit]") {
  const SmallStudy study(
      "question: is <i>narrow</i> \"worse\" & slower?\nhypothesis: yes\n"
      "overrides: [train.eval_steps=3]\narms: {full: [], narrow: [model.width=8]}\n"
      "seeds: [0, 1]\nreference: full\nscores: [accuracy]\n");
  REQUIRE(study.sweep("run").code == 0);
  const auto page = page_of(study);
  // Losses of training and validation and a score, each on three axes; and by supervision step.
  CHECK(count_of(page, "<figure class=\"chart\"") == 3 * 3 + 1);
  CHECK(count_of(page, "<g class=\"curve ") == 2 * (3 * 3 + 1));
  CHECK(contains(page, "<h1>is &lt;i&gt;narrow&lt;/i&gt; &quot;worse&quot; &amp; slower?</h1>"));
  CHECK(contains(page, ">GFLOP of training</text>"));
  CHECK(contains(page, "<td>model.width</td><td class=\"number\">16</td>"));
  CHECK(contains(page, "4 in " + study.runs().string() + ": 4 done"));
  // Nothing is fetched from elsewhere.
  CHECK(count_of(page, "://") == 1);
  CHECK(contains(page, "xmlns=\"http://www.w3.org/1999/xhtml\""));

  // The mean of a score after step 9, and its band.
  std::vector<double> values;
  for (const auto* run : {"narrow-seed0", "narrow-seed1"}) {
    for (const auto& line : log_of(study, run)) {
      if (line["step"] == 9 && line.contains("validation/accuracy"))
        values.push_back(100 * line["validation/accuracy"].get<double>());
    }
  }
  REQUIRE(values.size() == 2);
  const auto figure = figure_of(page, "validation accuracy against steps");
  const auto readings = readings_of(figure, "narrow");
  REQUIRE(readings.size() == 4);
  CHECK(readings[2].first == "9");
  CHECK(std::stod(readings[2].second) == Approx((values[0] + values[1]) / 2).epsilon(1e-3));
  const auto low = std::min(values[0], values[1]);
  CHECK(contains(readings[2].second, low == std::max(values[0], values[1]) ? " %" : " % ("));

  // Arithmetic is proportional to steps; seconds grow.
  const auto arithmetic =
      readings_of(figure_of(page, "validation accuracy against arithmetic"), "narrow");
  CHECK(std::stod(arithmetic[3].first) == Approx(4 * std::stod(arithmetic[0].first)).epsilon(2e-3));
  const auto seconds =
      readings_of(figure_of(page, "validation accuracy against seconds"), "narrow");
  CHECK(std::stod(seconds[3].first) > std::stod(seconds[0].first));

  // By supervision step: the last one is the score of the test.
  const auto by_step =
      readings_of(figure_of(page, "test exact accuracy after each supervision step"), "full");
  REQUIRE(by_step.size() == 3);
  double exact = 0;
  for (const auto* run : {"full-seed0", "full-seed1"}) {
    const auto test = log_of(study, run).back();
    CHECK(test["test/exact_accuracy_by_step"].size() == 3);
    CHECK(test["test/exact_accuracy_by_step"][2] == test["test/exact_accuracy"]);
    CHECK(test["test/accuracy_by_step"][2] == test["test/accuracy"]);
    exact += 50 * test["test/exact_accuracy"].get<double>();
  }
  CHECK(std::stod(by_step[2].second) == Approx(exact).epsilon(1e-3));
}

TEST_CASE("a page shows what there is of runs that failed, stopped or were not begun", "[unit]") {
  const SmallStudy study(
      "arms: {full: [], bad: [optim.weights.lr=1e30, train.bad_steps=2], later: [model.width=8]}\n"
      "seeds: [0, 1]\nreference: full\n");
  REQUIRE(study.sweep("run", {"--only", "full"}).code == 0);
  CHECK(study.sweep("run", {"--only", "bad"}).code == 2);
  // As of a run that was killed while it wrote, after 6 of 12 steps.
  std::string half;
  for (const auto& line : log_of(study, "full-seed1")) {
    if (line["step"] <= 6) half += line.dump() + "\n";
  }
  study.small.scratch.file("runs/full-seed1/metrics.jsonl", half + "[]\n{\"step\": 9, \"tra");
  study.small.scratch.file("runs/full-seed0/sessions.jsonl", "\xff\xfe{");
  const auto page = page_of(study);
  CHECK(contains(page, "<td>full-seed1</td><td>stopped</td><td class=\"number\">6/12</td>"));
  CHECK(contains(page, "<td>bad-seed0</td><td>failed</td>"));
  CHECK(contains(page, "<td>later-seed1</td><td>waiting</td>"));
  CHECK(contains(page, "full-seed1 is left out: it has not come to its end, but to step 6"));
  CHECK(contains(page, "Without a line in any log: bad; later."));
  // Two runs up to step 6, one from there on.
  const auto figure = figure_of(page, "train lm loss against steps");
  CHECK(readings_of(figure, "full").size() == 4);
  CHECK(contains(figure, "class=\"line few\""));

  // A config that cannot be read is told; the rest is there.
  study.small.scratch.file("runs/full-seed0/config.yaml", "[");
  const auto damaged = page_of(study);
  CHECK(contains(damaged, "runs/full-seed0/config.yaml"));
  CHECK(contains(damaged, "<td>later-seed1</td><td>waiting</td>"));
  CHECK(readings_of(figure_of(damaged, "train lm loss against steps"), "full").size() == 4);
}

TEST_CASE("a page of a study that was not begun says so", "[unit]") {
  const SmallStudy study("arms: {full: []}\nseeds: [0]\n");
  const auto page = page_of(study);
  CHECK(contains(page, "No run has a line in its log yet."));
  CHECK(count_of(page, "<figure") == 0);
}

TEST_CASE("a page is asked for by name, and not for a key's", "[unit]") {
  const SmallStudy study("arms: {full: []}\nseeds: [0]\n");
  const auto none = study.sweep("plot");
  CHECK(none.code == 2);
  CHECK(contains(none.err, "page: none named"));
  const auto key = study.sweep("plot", {"seeds=[1]"});
  CHECK(key.code == 2);
  CHECK(contains(key.err, "page: none named"));
  const auto folder = study.sweep("plot", {study.small.scratch.path().string()});
  CHECK(folder.code == 2);
  CHECK(contains(folder.err, study.small.scratch.path().string() + ": "));
  CHECK(study.sweep("plot", {(study.small.scratch / "none/page.html").string()}).code == 2);
}

TEST_CASE("run folders are compared by the names of their folders", "[unit]") {
  const SmallStudy study("overrides: [train.eval_steps=3]\narms: {full: []}\nseeds: [0, 1]\n");
  REQUIRE(study.sweep("run").code == 0);
  const auto page =
      comparison_page(comparison_of({{.folder = study.run("full-seed0"), .state = "done"},
                                     {.folder = study.run("full-seed1/")}}));
  CHECK(contains(page, "<h1>full-seed0, full-seed1</h1>"));
  CHECK(contains(page, "<tr><td>full-seed0</td><td>done</td><td class=\"number\">12</td>"));
  CHECK(contains(page, "<td>seed</td><td class=\"number\">0</td><td class=\"number\">1</td>"));
  CHECK(
      readings_of(figure_of(page, "validation accuracy against arithmetic"), "full-seed1").size() ==
      4);
  CHECK_FALSE(contains(page, "class=\"band"));
  const auto message = error_of([&] { comparison_of({{.folder = study.runs()}}); });
  CHECK(contains(message, "no run folder; it has no config.yaml"));
}

TEST_CASE("seconds of training are those of the log, or follow from its pace", "[unit]") {
  const ScratchFolder run;
  run.file("metrics.jsonl",
           R"({"step": 10, "train/lm_loss": 2, "steps_per_second": 5}
{"step": 15, "validation/accuracy": 0.25, "validation/seconds": 99}
{"step": 20, "train/lm_loss": 1, "steps_per_second": 2}
{"step": 30, "train/lm_loss": null, "steps_per_second": 10, "compute_seconds": 20}
{"step": 30, "validation/accuracy": 0.5, "weights_of_step": 30}
{"step": 30, "test/accuracy": 0.75, "weights_of_step": 20}
{"step": 1e300, "train/lm_loss": 7}
{"step": -1, "train/lm_loss": 7}
)");
  const auto curves = read_run_curves(run.path());
  const auto& loss = curves.values.at("train/lm_loss");
  REQUIRE(loss.size() == 2);
  CHECK(loss[0].seconds == 2);  // and neither the null nor steps that there are not
  CHECK(loss[1].seconds == 7);
  const auto& accuracy = curves.values.at("validation/accuracy");
  REQUIRE(accuracy.size() == 2);
  CHECK(accuracy[0].seconds == 4.5);
  CHECK(accuracy[0].value == 0.25);
  CHECK(accuracy[1].seconds == 20);
  // The test of other weights than those of its step is no point of a curve.
  CHECK_FALSE(curves.values.contains("test/accuracy"));
  CHECK_FALSE(curves.values.contains("validation/seconds"));
}

}  // namespace trm::sweep
