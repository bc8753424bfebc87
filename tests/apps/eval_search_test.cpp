// trm-eval's searches, comparisons, progress and page, through the program.

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/random.h"
#include "tests/apps/kept_files.h"
#include "tests/catch.h"
#include "tests/experiment/small_experiment.h"
#include "tests/program.h"

namespace trm {
namespace {

using experiment::SmallExperiment;
using nlohmann::json;

// Runs of twelve steps, and evaluations of them.
struct Trained {
  SmallExperiment small;

  explicit Trained(int64_t test, const std::vector<std::string>& names = {"run"})
      : small(60, test) {
    for (const auto& name : names) {
      const auto done = run_to_end(small.scratch, "trm-train",
                                   {small.config().string(), "evaluate.limit=8",
                                    "seed=" + std::to_string(name.size()), "--run", at(name)});
      INFO(done.err);
      REQUIRE(done.code == 0);
    }
  }
  std::string at(const std::string& name) const { return (small.scratch / name).string(); }
  std::vector<std::string> command(std::vector<std::string> more) const {
    more.insert(more.end(), {"--json", at("result.json"), "--keep", at("kept")});
    return more;
  }
  // What the JSON says, without times.
  json evaluate(const std::vector<std::string>& words) const {
    const auto done = run_to_end(small.scratch, "trm-eval", command(words));
    INFO(done.err);
    REQUIRE(done.code == 0);
    return result();
  }
  json result() const {
    auto all = json::parse(read_text(at("result.json")));
    all.erase("seconds");
    return all;
  }
  size_t kept_files() const { return trm::kept_files(at("kept")); }
};

// Kills a long evaluation at random instants after its next saves, and lets it end.
void check_kills(int wanted, int64_t puzzles) {
  const Trained trained(puzzles);
  const std::vector<std::string> words = {trained.at("run"),
                                          "evaluate.depth=16",
                                          "evaluate.breadth=2",
                                          "evaluate.noise.sigma=0.1",
                                          "evaluate.select=[best_q, vote]",
                                          "--save-seconds",
                                          "0"};
  const auto whole = trained.evaluate(words);
  CHECK(trained.kept_files() == 0);
  fs::remove(trained.at("result.json"));
  Stream random(7, "kills");
  for (int kill = 0; kill < wanted; ++kill) {
    const auto before = trained.kept_files();
    Program program(trained.small.scratch, "trm-eval", trained.command(words));
    REQUIRE(comes([&] { return trained.kept_files() > before || !program.running(); }));
    std::this_thread::sleep_for(std::chrono::microseconds(random.below(30000)));
    INFO(program.err());
    REQUIRE(program.running());  // else it is too short to be killed so often
    program.signal(SIGKILL);
    program.wait();
    CHECK_FALSE(fs::exists(trained.at("result.json")));
  }
  CHECK(trained.kept_files() >= static_cast<size_t>(wanted));
  CHECK(trained.evaluate(words) == whole);
  CHECK(trained.kept_files() == 0);
}

}  // namespace

TEST_CASE("a long evaluation that is killed goes on and says the same", "[unit]") {
  check_kills(3, 2000);
}
TEST_CASE("a long evaluation survives twenty kills", "[slow]") { check_kills(20, 8000); }

TEST_CASE("a second evaluation of the same kind does without the progress of the first", "[unit]") {
  const Trained trained(300);
  const std::vector<std::string> words = {trained.at("run"), "evaluate.depth=100", "--save-seconds",
                                          "0"};
  Program first(trained.small.scratch, "trm-eval", trained.command(words));
  REQUIRE(comes([&] { return trained.kept_files() > 0; }));
  const ScratchFolder other;
  auto again = words;
  again.insert(again.end(), {"--json", (other / "b.json").string(), "--keep", trained.at("kept")});
  const auto second = run_to_end(other, "trm-eval", again);
  INFO(second.err);
  CHECK(second.code == 0);
  CHECK(first.wait() == 0);
  auto theirs = json::parse(read_text(other / "b.json"));
  theirs.erase("seconds");
  CHECK(theirs == trained.result());
}

TEST_CASE("a stopped evaluation keeps what it has, and damaged progress is done again", "[unit]") {
  const Trained trained(300);
  const std::vector<std::string> words = {trained.at("run"), "evaluate.depth=100", "--save-seconds",
                                          "0"};
  const auto whole = trained.evaluate(words);
  {
    Program program(trained.small.scratch, "trm-eval", trained.command(words));
    REQUIRE(comes([&] { return trained.kept_files() > 2; }));
    program.signal(SIGTERM);
    CHECK(program.wait() == 128 + SIGTERM);
    CHECK(contains(program.err(), "stopped; what is done is kept in " + trained.at("kept")));
  }
  fs::path last;
  for (const auto& entry : fs::recursive_directory_iterator(trained.at("kept"))) {
    if (entry.path().extension() == ".safetensors" && entry.path() > last) last = entry.path();
  }
  fs::resize_file(last, fs::file_size(last) / 2);
  CHECK(trained.evaluate(words) == whole);
}

TEST_CASE("one pass has every depth, selection and threshold", "[unit]") {
  const Trained trained(60);
  const auto all = trained.evaluate({trained.at("run"), "evaluate.depth=[2, 4]",
                                     "evaluate.breadth=[1, 3]", "evaluate.start=random",
                                     "evaluate.select=[last, best_q, residual, confidence, vote, "
                                     "oracle]"});
  REQUIRE(all["selections"].size() == 6);
  for (const auto& [name, score] : all["selections"].items()) {
    INFO(name);
    const double exact = score["exact_accuracy"];
    CHECK(score["interval"][0] <= exact);
    CHECK(score["interval"][1] >= exact);
    CHECK(exact <= all["selections"]["oracle"]["exact_accuracy"]);
  }
  REQUIRE(all["by_depth"].size() == 2);
  CHECK(all["by_depth"][1]["depth"] == 4);
  CHECK(all["by_depth"][1]["selections"] == all["selections"]);
  REQUIRE(all["by_breadth"].size() == 2);
  CHECK(all["by_breadth"][0]["breadth"] == 1);
  CHECK(all["by_breadth"][0]["by_depth"][0]["selections"]["oracle"]["exact_accuracy"] ==
        all["by_step"][1]["exact_accuracy"]);
  CHECK(all["by_breadth"][1]["by_depth"] == all["by_depth"]);
  CHECK(all["compute"]["mean_steps"] == 12);
  CHECK(all["compute"]["gflop_per_puzzle"] > 0);
  CHECK(all["compute"]["curve"].size() > 10);
  CHECK(all["calibration"]["bins"].size() == 10);
  CHECK(all["by_step"].size() == 4);
  CHECK(all["spurious_fixed_points"].is_number());
  // A depth alone has the same scores.
  const auto two = trained.evaluate({trained.at("run"), "evaluate.depth=2", "evaluate.breadth=3",
                                     "evaluate.start=random", "evaluate.select=vote"});
  CHECK(two["selections"]["vote"] == all["by_depth"][0]["selections"]["vote"]);
  CHECK(two["by_step"][1] == all["by_step"][1]);
}

TEST_CASE("several runs are compared puzzle by puzzle", "[unit]") {
  const Trained trained(60, {"a", "bb"});
  const auto both = trained.evaluate({trained.at("a"), trained.at("bb")});
  REQUIRE(both["runs"].size() == 2);
  REQUIRE(both["comparison"].size() == 1);
  const auto& pair = both["comparison"][0];
  const auto solved = [&](size_t i) {
    return std::llround(both["runs"][i]["exact_accuracy"].get<double>() * 60);
  };
  const auto of = [&](const char* key) { return pair[key].get<int64_t>(); };
  CHECK(of("both") + of("only_first") == solved(0));
  CHECK(of("both") + of("only_second") == solved(1));
  CHECK(of("both") + of("only_first") + of("only_second") + of("neither") == 60);
  CHECK(static_cast<int64_t>(pair["solved_by_first"].size()) == of("only_first"));
  CHECK(both["spread"]["n"] == 2);
  const auto alone = trained.evaluate({trained.at("bb")});
  CHECK(both["runs"][1]["exact_accuracy"] == alone["exact_accuracy"]);
  const auto refused = run_to_end(trained.small.scratch, "trm-eval",
                                  {trained.at("a"), trained.at("bb"), "--report", trained.at("x")});
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "of one run"));
  // Other puzzles are found before any is evaluated.
  SmallSudoku{.train = 60, .test = 60, .givens = {5, 8}, .seed = 9}.write(trained.small.scratch /
                                                                          "other");
  const auto other = run_to_end(trained.small.scratch, "trm-train",
                                {trained.small.config().string(), "evaluate.limit=8",
                                 "data.path=" + trained.at("other"), "--run", trained.at("ccc")});
  REQUIRE(other.code == 0);
  fs::remove(trained.at("result.json"));
  const auto unlike = run_to_end(trained.small.scratch, "trm-eval",
                                 trained.command({trained.at("a"), trained.at("ccc")}));
  CHECK(unlike.code == 2);
  CHECK(contains(unlike.err, "of other puzzles"));
  CHECK(unlike.out.empty());
  CHECK_FALSE(fs::exists(trained.at("result.json")));
}

TEST_CASE("what is done of several runs is kept until all results are written", "[unit]") {
  const Trained trained(300, {"a", "bb"});
  const std::vector<std::string> words = {trained.at("a"), trained.at("bb"), "evaluate.depth=60",
                                          "--save-seconds", "0"};
  const auto whole = trained.evaluate(words);
  CHECK(trained.kept_files() == 0);
  {
    Program program(trained.small.scratch, "trm-eval", trained.command(words));
    // The first is done when something is kept of the second.
    const auto evaluations = [&] {
      size_t folders = 0;
      if (!fs::exists(trained.at("kept"))) return folders;
      for (const auto& entry : fs::directory_iterator(trained.at("kept")))
        folders += entry.is_directory() ? 1 : 0;
      return folders;
    };
    REQUIRE(comes([&] { return evaluations() == 2; }));
    program.signal(SIGTERM);
    CHECK(program.wait() == 128 + SIGTERM);
    CHECK(contains(program.err(), "the same command goes on from there"));
  }
  const auto before = trained.kept_files();
  CHECK(before > 1);
  CHECK(trained.evaluate(words)["comparison"] == whole["comparison"]);
  CHECK(trained.kept_files() == 0);
}

TEST_CASE("the page of an evaluation plays its first puzzles", "[unit]") {
  const Trained trained(60);
  const auto page = trained.at("page.html");
  trained.evaluate({trained.at("run"), "--report", page, "--report-puzzles", "5",
                    "evaluate.breadth=2", "evaluate.noise.sigma=0.1"});
  const auto text = read_text(page);
  CHECK(contains(text, "<html"));
  CHECK(contains(text, "exact accuracy"));
  CHECK(contains(text, "\"title\":\"example 4\""));
  CHECK(trained.kept_files() == 0);
}

}  // namespace trm
