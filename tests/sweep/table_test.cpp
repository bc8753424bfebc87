#include "sweep/table.h"

#include <sstream>

#include "core/statistics.h"
#include "format/csv.h"
#include "tensor/archive.h"
#include "tests/catch.h"
#include "tests/sweep/small_study.h"

namespace trm::sweep {
namespace {

using nlohmann::json;

// A table of two rows with names that every format has its own trouble with.
struct Made {
  Study study;
  Table table;

  Made() {
    study.definition.question = "does a|b help?";
    study.definition.reference = "full_1";
    table.rows = {{.arm = "full_1",
                   .score = "exact_accuracy",
                   .values = {{0, 0.5}, {1, 0.75}},
                   .mean = 0.625,
                   .deviation = 0.1767766952966369},
                  {.arm = "a_b model.core={kind: x, n: 50%}",
                   .score = "lm_loss",
                   .values = {{1, 0.25}},
                   .mean = 0.25,
                   .difference = -0.5,
                   .p = 0.03125,
                   .interval = std::pair(-1.0, 0.0)}};
    table.flags = {"commit differs: a_1 (x), b (y)"};
  }
  std::string as(const std::string& format) const { return table_text(study, table, format); }
};

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++count;
  return count;
}

}  // namespace

TEST_CASE("a table as JSON has the keys that scripts rely on, and no others", "[unit]") {
  const auto table = json::parse(Made().as("json"));
  CHECK(table == json::parse(R"json({"rows": [
    {"arm": "full_1", "score": "exact_accuracy", "values": {"0": 0.5, "1": 0.75}, "mean": 0.625,
     "sd": 0.1767766952966369, "n": 2, "difference": null, "interval": null, "p": null},
    {"arm": "a_b model.core={kind: x, n: 50%}", "score": "lm_loss", "values": {"1": 0.25},
     "mean": 0.25, "sd": null, "n": 1, "difference": -0.5, "interval": [-1.0, 0.0], "p": 0.03125}],
    "flags": ["commit differs: a_1 (x), b (y)"]
})json"));
}

TEST_CASE("a table as CSV reads back to its numbers", "[unit]") {
  const ScratchFolder scratch;
  format::CsvReader reader(scratch.file("table.csv", Made().as("csv")));
  using Row = std::vector<std::string>;
  CHECK(reader.next().value() == Row{"arm", "score", "n", "mean", "sd", "difference", "low", "high",
                                     "p", "seed_0", "seed_1"});
  CHECK(reader.next().value() == Row{"full_1", "exact_accuracy", "2", "0.625", "0.1767766952966369",
                                     "", "", "", "", "0.5", "0.75"});
  CHECK(reader.next().value() == Row{"a_b model.core={kind: x, n: 50%}", "lm_loss", "1", "0.25", "",
                                     "-0.5", "-1", "0", "0.03125", "", "0.25"});
  CHECK_FALSE(reader.next());
}

TEST_CASE("a table as LaTeX escapes names and has as many cells in each line", "[unit]") {
  const auto text = Made().as("latex");
  INFO(text);
  CHECK(contains(text,
                 "a\\_b model.core=\\{kind: x, n: 50\\%\\} & lm\\_loss & 1 & 0.2500 & "
                 "$-$0.5000 [$-$1.0000, 0.0000] & 0.0312 \\\\"));
  CHECK(
      contains(text, "full\\_1 & exact\\_accuracy (\\%) & 2 & 62.50 $\\pm$ 17.68 & -- & -- \\\\"));
  CHECK(contains(text, "% flag: commit differs"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with("\\\\")) CHECK(count_of(line, " & ") == 5);
  }
  CHECK(count_of(text, "\\begin{") == count_of(text, "\\end{"));
}

TEST_CASE("a table as markdown has as many cells in each line", "[unit]") {
  const auto text = Made().as("markdown");
  INFO(text);
  CHECK(contains(text, "| a\\_b model.core={kind: x, n: 50%} | lm\\_loss | 1 | 0.2500 |"));
  CHECK(contains(text, "does a\\|b help?"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("|")) CHECK(count_of(line, "|") == 8);
  }
}

TEST_CASE("a table for people says what its columns mean and what differs", "[unit]") {
  const auto text = Made().as("text");
  CHECK(contains(text, "62.50 ± 17.68"));
  CHECK(contains(text, "-0.5000 [-1.0000, 0.0000]"));
  CHECK(contains(text, "Difference to full_1"));
  CHECK(contains(text, "! commit differs: a_1 (x), b (y)\n"));
}

TEST_CASE("one seed is compared over puzzles", "[unit]") {
  const SmallStudy study(
      "overrides: [train.steps=40, optim.weights.lr=1e-2]\n"
      "arms: {full: [], narrow: [model.width=4, optim.weights.lr=1e-3]}\nseeds: [4]\n"
      "reference: narrow\nscores: [exact_accuracy, accuracy]\nevaluation: validation\n");
  const auto done = study.sweep("run");
  INFO(done.err);
  REQUIRE(done.code == 0);
  const auto exact = [&](const std::string& name) {
    return load_archive(study.run(name) / "outputs/validation_step_40.safetensors").at("exact");
  };
  const auto full = exact("full-seed4"), narrow = exact("narrow-seed4");
  const auto only = [](const torch::Tensor& a, const torch::Tensor& b) {
    return a.eq(1).logical_and(b.eq(0)).sum().item<int64_t>();
  };
  const auto table = study.table();
  const auto& row = table["rows"][0];
  CHECK(row["values"]["4"] == Approx(full.to(at::kDouble).mean().item<double>()));
  CHECK(row["p"] == Approx(mcnemar(only(full, narrow), only(narrow, full))));
  CHECK(row["interval"] == nullptr);
  CHECK(row["sd"] == nullptr);
  CHECK(row["difference"] == Approx((full.to(at::kDouble) - narrow).mean().item<double>()));
  CHECK(table["rows"][1]["p"] == nullptr);
}

TEST_CASE("runs that differ in what the study does not name are flagged", "[unit]") {
  const SmallStudy study("arms: {full: []}\nseeds: [0, 1]\n");
  REQUIRE(study.sweep("run").code == 0);
  CHECK(study.table()["flags"] == json::array());
  // Of another evaluation, as its line of the log has it.
  const auto at_six = json::parse(study
                                      .sweep("table", {"evaluation=validation", "step=6",
                                                       "scores=[lm_loss]", "--format", "json"})
                                      .out);
  std::ifstream log(study.run("full-seed1") / "metrics.jsonl");
  for (std::string line; std::getline(log, line);) {
    const auto logged = json::parse(line);
    if (logged["step"] == 6 && logged.contains("validation/lm_loss"))
      CHECK(at_six["rows"][0]["values"]["1"] == logged["validation/lm_loss"]);
  }
  CHECK(at_six["rows"][0]["n"] == 2);
  const auto at_five = study.sweep("table", {"evaluation=validation", "step=5"});
  CHECK(contains(at_five.out,
                 "full-seed0 is left out: it has no validation evaluation after step 5"));
  // As by another program.
  auto session = study.sessions("full-seed1").at(0);
  session["made_by"] = "trm 9 (commit abc)";
  session["device"] = "cuda";
  study.small.scratch.file("runs/full-seed1/sessions.jsonl", session.dump() + "\n");
  const auto flags = study.table()["flags"].dump();
  CHECK(contains(flags, "commit differs: "));
  CHECK(contains(flags, "trm 9 (commit abc) (full-seed1)"));
  CHECK(contains(flags, "device differs: cpu (full-seed0), cuda (full-seed1)"));
}

}  // namespace trm::sweep
