#include <cmath>
#include <fstream>
#include <map>

#include "tensor/archive.h"
#include "tests/apps/small_arc.h"
#include "tests/experiment/small_experiment.h"

namespace trm {
namespace {

using nlohmann::json;

json read_json(const fs::path& file) { return json::parse(read_text(file)); }

// Of each answer in a votes.json, the sum of the probabilities that it is right.
std::map<std::string, double> confidences(const fs::path& votes) {
  std::map<std::string, double> all;
  const auto ballots = read_json(votes);
  for (const auto& [task, tests] : ballots.items()) {
    for (const auto& test : tests) {
      for (const auto& answer : test["answers"]) {
        all[task + test["input"].dump() + answer["answer"].dump()] =
            answer["probability"].get<double>();
      }
    }
  }
  return all;
}

}  // namespace

TEST_CASE("an answer votes with its own confidence, whatever rows are in its batch", "[unit]") {
  const SmallArc arc;
  arc.write_tasks("set", {"a", "b", "c"});
  const auto config = arc.config(arc.build("set", {"--augmentations", "3"}), 40);
  arc.run("trm-train", {config, "--run", arc.at("run")});
  const auto evaluate = [&](const std::string& batch) {
    arc.run("trm-eval", {arc.at("run"), "evaluate.compatible=true", "--batch", batch, "--results",
                         arc.at("results" + batch), "--predictions", arc.at("answers" + batch)});
    return confidences(arc.scratch / ("results" + batch + "/votes.json"));
  };
  const auto alone = evaluate("1"), together = evaluate("7");
  REQUIRE(alone.size() == together.size());
  for (const auto& [answer, probability] : alone) {
    INFO(answer);
    REQUIRE(together.contains(answer));
    CHECK(together.at(answer) == Approx(probability).epsilon(1e-4));
  }
  // Rows differ in their confidence, and what votes is what --predictions has.
  const auto logits = load_archive(arc.at("answers7")).at("q_halt_logits").sigmoid();
  CHECK((logits.max() - logits.min()).item<double>() > 1e-3);
  double sum = 0;
  for (const auto& [answer, probability] : together) sum += probability;
  CHECK(sum == Approx(logits.sum().item<double>()).epsilon(1e-4));
}

TEST_CASE("answers that are not known are no scores, and every test has two possible attempts",
          "[unit]") {
  const SmallArc arc;
  arc.write_tasks("known", {"a", "b"});
  arc.write_tasks("contest", {"c", "d", "e"});
  fs::remove(arc.scratch / "contest_solutions.json");
  const auto data = arc.at("data");
  arc.run("trm-data", {"build", "arc", "--train", arc.at("known"), "--train", arc.at("contest"),
                       "--test", arc.at("contest"), data, "--augmentations", "1"});
  const auto trained = arc.run("trm-train", {arc.config(data, 1), "--run", arc.at("run")});
  CHECK(contains(trained.err + trained.out, "answers of none of the 12 puzzles are known"));
  const auto done = arc.run("trm-eval", {arc.at("run"), "--json", arc.at("result.json"), "--show",
                                         "1", "--results", arc.at("results")});
  CHECK(contains(done.out, "no scores: the answers of none of the 12 puzzles are known"));
  for (const char* score : {"accuracy", "pass@", "right\n"}) CHECK_FALSE(contains(done.out, score));
  const auto report = read_json(arc.scratch / "result.json");
  CHECK(report["exact_accuracy"].is_null());
  CHECK(report["known_answers"] == 0);
  const auto solved = arc.run("trm-solve", {arc.at("run"), "--example", "0"});
  CHECK_FALSE(contains(solved.out, "exact: yes"));
  CHECK_FALSE(contains(solved.out, "exact: no"));

  const auto submission = read_json(arc.scratch / "results/submission.json");
  CHECK(submission.size() == 3);
  for (const auto& [task, tests] : submission.items()) {
    CHECK(tests.size() == 2);
    for (const auto& attempts : tests) {
      for (const char* attempt : {"attempt_1", "attempt_2"}) {
        INFO(task << " " << attempts.dump());
        const auto& grid = attempts.at(attempt);
        CHECK((!grid.empty() && grid.size() <= 30 && !grid[0].empty() && grid[0].size() <= 30));
      }
    }
  }
}

TEST_CASE("the validation set gives the number that chose the checkpoint once more", "[unit]") {
  const experiment::SmallExperiment small;
  const auto run = (small.scratch / "run").string();
  const auto train = [&](const std::vector<std::string>& more) {
    std::vector<std::string> command = {small.config().string(), "--run", run};
    command.insert(command.end(), more.begin(), more.end());
    return run_to_end(small.scratch, "trm-train", command);
  };
  const auto unknown = train({"train.best=pass@2"});
  CHECK(unknown.code == 2);
  CHECK(contains(unknown.err,
                 "train.best: no score 'pass@2' of a validation set; known: "
                 "exact_accuracy, accuracy, q_halt_accuracy, lm_loss, q_halt_loss, "));
  REQUIRE(train({"train.best=lm_loss"}).code == 0);

  std::map<int64_t, json> logged;
  std::ifstream log(small.scratch / "run/metrics.jsonl");
  for (std::string line; std::getline(log, line);) {
    const auto entry = json::parse(line);
    if (entry.contains("validation/lm_loss")) logged[entry["step"].get<int64_t>()] = entry;
  }
  REQUIRE(logged.size() == 2);
  const auto result = small.scratch / "result.json";
  const auto done = run_to_end(small.scratch, "trm-eval",
                               {run, "--split", "validation", "--json", result.string()});
  INFO(done.err);
  REQUIRE(done.code == 0);
  const auto report = read_json(result);
  const auto best = report["checkpoint_step"].get<int64_t>();
  REQUIRE(logged.contains(best));
  CHECK(report["puzzles"] == 12);
  for (const char* score : {"exact_accuracy", "accuracy", "lm_loss", "q_halt_loss"}) {
    CHECK(report[score] == logged[best]["validation/" + std::string(score)]);
  }
  for (const auto& [step, line] : logged) {
    CHECK(report["lm_loss"].get<double>() <= line["validation/lm_loss"].get<double>());
  }
  const auto none =
      run_to_end(small.scratch, "trm-eval", {run, "--split", "validation", "data.validation=0"});
  CHECK(none.code == 2);
  CHECK(contains(none.err, "data.validation: 0"));
}

TEST_CASE("a score that is null in the log stops nothing", "[unit]") {
  const experiment::SmallExperiment small;
  const std::vector<std::string> command = {small.config().string(), "--run",
                                            (small.scratch / "run").string()};
  REQUIRE(run_to_end(small.scratch, "trm-train", command).code == 0);
  const auto path = small.scratch / "run/metrics.jsonl";
  std::string changed;
  std::ifstream log(path);
  for (std::string line; std::getline(log, line);) {
    auto entry = json::parse(line);
    if (entry.contains("validation/exact_accuracy")) {
      entry["validation/exact_accuracy"] = nullptr;
      entry["validation/seconds"] = 0;  // which makes room
    }
    auto text = entry.dump();
    if (text.size() < line.size()) text.append(line.size() - text.size(), ' ');
    changed += text + "\n";
  }
  small.scratch.file("run/metrics.jsonl", changed);
  const auto again = run_to_end(small.scratch, "trm-train", command);
  INFO(again.err);
  CHECK(again.code == 0);
}

}  // namespace trm
