#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/catch.h"
#include "tests/experiment/run_comparison.h"
#include "tests/experiment/small_experiment.h"
#include "tests/program.h"

namespace trm {
namespace {

using experiment::SmallExperiment;
using nlohmann::json;

// A trained run of twelve steps.
struct Trained {
  SmallExperiment small;
  std::string run = (small.scratch / "run").string();

  Trained() {
    const auto done = start("trm-train", {small.config().string(), "--run", run});
    INFO(done.err);
    REQUIRE(done.code == 0);
  }
  Finished start(const std::string& program, const std::vector<std::string>& arguments) const {
    return run_to_end(small.scratch, program, arguments);
  }
  std::string at(const std::string& name) const { return (small.scratch / name).string(); }
};

// The words that every program takes, as far as its help has them.
void check_has_the_words(const std::string& help, const std::vector<std::string>& words) {
  for (const auto& word : words) {
    INFO(word);
    CHECK(contains(help, word));
  }
}

}  // namespace

TEST_CASE("every program takes the same words", "[unit]") {
  const ScratchFolder scratch;
  const std::vector<std::string> all = {"KEY=VALUE", "--run", "--json", "--quiet", "--threads"};
  for (const char* name : {"trm-train", "trm-eval", "trm-solve", "trm-convert"}) {
    INFO(name);
    check_has_the_words(run_to_end(scratch, name, {"--help"}).out, all);
  }
  check_has_the_words(run_to_end(scratch, "trm-bench", {"train", "--help"}).out, all);
  check_has_the_words(run_to_end(scratch, "trm-sweep", {"run", "--help"}).out,
                      {"KEY=VALUE", "--json", "--quiet"});
  check_has_the_words(run_to_end(scratch, "trm-runs", {"--help"}).out, {"--json", "--quiet"});
  check_has_the_words(run_to_end(scratch, "trm-data", {"inspect", "--help"}).out,
                      {"--run", "--json", "--quiet"});
  check_has_the_words(run_to_end(scratch, "trm-data", {"generate", "sudoku", "--help"}).out,
                      {"--json", "--quiet", "--threads"});
}

TEST_CASE("a run folder in the place of the config continues that run", "[unit]") {
  const Trained trained;
  const auto more = trained.start("trm-train", {trained.run, "train.steps=16"});
  INFO(more.err);
  CHECK(more.code == 0);
  CHECK(contains(more.err, "continuing " + trained.run + " at step 12"));
  const auto whole = trained.start("trm-train", {trained.small.config().string(), "train.steps=16",
                                                 "--run", trained.at("whole")});
  CHECK(whole.code == 0);
  check_equal_checkpoints(trained.at("whole/checkpoints/step_16"),
                          trained.at("run/checkpoints/step_16"));
  // Its config, for a run of its own.
  const auto again = trained.start("trm-train", {trained.run, "--run", trained.at("again")});
  CHECK(again.code == 0);
  check_equal_checkpoints(trained.at("run/checkpoints/step_12"),
                          trained.at("again/checkpoints/step_12"));
  CHECK(contains(trained.start("trm-train", {trained.at("data")}).err,
                 "no run in it, no config.yaml; name a config or a run folder"));
  CHECK(contains(trained.start("trm-train", {trained.at("run/checkpoints/step_16")}).err,
                 "a checkpoint; name its run"));
}

TEST_CASE("an option and its key are one thing", "[unit]") {
  const Trained trained;
  const auto of = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--json", "-"});
    const auto done = trained.start("trm-eval", arguments);
    INFO(done.err);
    REQUIRE(done.code == 0);
    auto result = json::parse(done.out);  // nothing else is on the standard output
    result.erase("seconds");
    return result.dump();
  };
  const auto all = of({trained.run});
  CHECK(json::parse(all)["puzzles"] == 20);
  const auto five = of({trained.run, "--limit", "5", "--depth", "2"});
  CHECK(json::parse(five)["puzzles"] == 5);
  CHECK(of({trained.run, "evaluate.limit=5", "evaluate.depth=2"}) == five);
  // Anywhere among the words, and with the run as --run names it.
  CHECK(of({"evaluate.limit=5", "--run", trained.run, "evaluate.depth=2"}) == five);
  const auto fault = [&](const std::vector<std::string>& arguments) {
    const auto done = trained.start("trm-eval", arguments);
    CHECK(done.code == 2);
    return done.err;
  };
  CHECK(contains(fault({trained.run, "--limit", "0"}),
                 "override 'evaluate.limit=0': evaluate.limit: 0 is too small; at least 1"));
  CHECK(contains(fault({trained.run, "--limit", "5", "evaluate.limit=6"}),
                 "--limit sets evaluate.limit as well; keep one of them"));
  CHECK(contains(fault({trained.run, "evaluate.limt=5"}), "did you mean 'limit'?"));
  CHECK(contains(fault({trained.run, "train.steps=5"}),
                 "train.steps=5: decides nothing in trm-eval; leave it out"));
  CHECK(contains(fault({trained.run, "--run", trained.run}), "one name too many beside --run"));
  CHECK(contains(fault({}), "run: none named; trm-eval RUN"));
}

TEST_CASE("an output that cannot be written is refused before the work", "[unit]") {
  const Trained trained;
  const auto config = trained.small.config().string();
  const auto absent = trained.at("absent/result.json");
  const std::vector<std::pair<std::string, std::vector<std::string>>> commands = {
      {"trm-train", {config, "--run", trained.at("new"), "--json", absent}},
      {"trm-train", {config, "--run", trained.at("new"), "--json", trained.at("data")}},
      {"trm-eval", {trained.run, "--json", absent}},
      {"trm-eval", {trained.run, "--predictions", absent}},
      {"trm-eval", {trained.run, "--results", trained.at("config.yaml")}},
      {"trm-bench", {"train", config, "--json", absent}},
      {"trm-convert", {"--list", trained.run, "--json", absent}},
      {"trm-solve", {trained.run, "--example", "0", "--json", absent}},
      {"trm-data", {"inspect", trained.at("data"), "--html", absent}}};
  for (const auto& [program, arguments] : commands) {
    INFO(program << " " << arguments.back());
    const auto done = trained.start(program, arguments);
    INFO(done.err);
    CHECK(done.code == 2);
    CHECK(done.out.empty());
    CHECK(contains(done.err, arguments.back()));
    CHECK_FALSE(fs::exists(trained.at("new")));
  }
}

TEST_CASE("quiet leaves results and warnings alone", "[unit]") {
  const Trained trained;
  const auto evaluated = trained.start("trm-eval", {trained.run, "--quiet"});
  CHECK(evaluated.err.empty());
  CHECK(contains(evaluated.out, "exact"));
  const auto more = trained.start("trm-train", {trained.run, "train.steps=14", "--quiet"});
  INFO(more.err);
  CHECK(more.err.empty());
  CHECK(contains(more.out, "test exact"));
  CHECK_FALSE(contains(more.out, "next:"));
}

TEST_CASE("options of trm-data may be words as well, and its folders go to JSON", "[unit]") {
  const ScratchFolder scratch;
  const auto folder = [&](const char* name) { return (scratch / name).string(); };
  const auto words = run_to_end(
      scratch, "trm-data",
      {"generate", "sudoku", "box=2x2", "train=8", "test=4", "--json", "-", folder("a")});
  INFO(words.err);
  REQUIRE(words.code == 0);
  const auto made = json::parse(words.out);
  CHECK(made["train"]["examples"] == 8);
  const auto options = run_to_end(scratch, "trm-data",
                                  {"generate", "sudoku", "--box", "2x2", "--train", "8", "--test",
                                   "4", "--json", folder("b.json"), folder("b")});
  CHECK(contains(options.out, "8 puzzles to train, 4 to test"));
  CHECK(json::parse(read_text(folder("b.json")))["train"]["sha256"] == made["train"]["sha256"]);
}

TEST_CASE("a stray comma ends a program at once", "[unit]") {
  const SmallExperiment small;
  for (const char* override : {"train.steps=,100", "data.more=[a],[b]"}) {
    Program program(small.scratch, "trm-train", {small.config().string(), override, "--dry-run"});
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (program.running() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    REQUIRE_FALSE(program.running());
    CHECK(program.wait() == 2);
    CHECK(contains(program.err(), "not valid YAML"));
  }
}

}  // namespace trm
