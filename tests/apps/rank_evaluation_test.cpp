// An evaluation by ranks that were started apart, through the program.

#include <nlohmann/json.hpp>

#include "tests/apps/kept_files.h"
#include "tests/catch.h"
#include "tests/experiment/small_experiment.h"
#include "tests/program.h"
#include "tests/srun.h"

namespace trm {
namespace {

using nlohmann::json;

// A run of twelve steps, and two tasks of srun that evaluate it.
struct TwoTasks {
  experiment::SmallExperiment small;
  ScratchFolder other;  // of the second one's output

  TwoTasks() : small(60, 300) {
    const auto done = run_to_end(small.scratch, "trm-train",
                                 {small.config().string(), "evaluate.limit=8", "--run", at("run")});
    INFO(done.err);
    REQUIRE(done.code == 0);
  }
  std::string at(const std::string& name) const { return (small.scratch / name).string(); }
  std::vector<std::string> words(std::vector<std::string> more) const {
    more.insert(more.begin(), {at("run"), "--save-seconds", "0", "--keep", at("kept"), "--json",
                               at("result.json"), "--quiet"});
    return more;
  }
  std::unique_ptr<Program> task(const char* number, std::vector<std::string> more) const {
    return std::make_unique<Program>(*number == '0' ? small.scratch : other, "trm-eval",
                                     words(std::move(more)),
                                     task_of_two(std::to_string(::getpid()), number));
  }
  json result() const {
    auto all = json::parse(read_text(at("result.json")));
    all.erase("seconds");
    return all;
  }
  bool no_ranks() const {
    const auto done =
        run_to_end(small.scratch, "trm-eval", words({"--ranks", "2", "evaluate.limit=1"}));
    if (!contains(done.err, "libgloo-dev")) return false;
    WARN("skipped: built without gloo");
    return true;
  }
  size_t kept_files() const { return trm::kept_files(at("kept")); }
};

}  // namespace

TEST_CASE("ranks with different numbers of threads evaluate the same", "[unit]") {
  const TwoTasks two;
  if (two.no_ranks()) return;
  const std::vector<std::string> halting = {"evaluate.depth=12", "evaluate.halt=converged",
                                            "evaluate.threshold.residual=0.5"};
  const auto with = [&](const char* threads) {
    auto words = halting;
    words.emplace_back(threads);
    return words;
  };
  const auto alone = run_to_end(two.small.scratch, "trm-eval", two.words(with("threads=1")));
  INFO(alone.err);
  REQUIRE(alone.code == 0);
  const auto expected = two.result();
  fs::remove(two.at("result.json"));
  const auto first = two.task("0", with("threads=1")), second = two.task("1", with("threads=3"));
  CHECK(first->wait() == 0);
  CHECK(second->wait() == 0);
  INFO(first->err() << second->err());
  CHECK(two.result() == expected);
}

TEST_CASE("a signal to one rank stops an evaluation, and what is done is kept", "[unit]") {
  const TwoTasks two;
  if (two.no_ranks()) return;
  const std::vector<std::string> deep = {"evaluate.depth=100", "threads=1"};
  const auto whole = run_to_end(two.small.scratch, "trm-eval", two.words(deep));
  REQUIRE(whole.code == 0);
  const auto expected = two.result();
  fs::remove(two.at("result.json"));
  {
    const auto first = two.task("0", deep), second = two.task("1", deep);
    REQUIRE(comes([&] { return two.kept_files() > 1; }));
    second->signal(SIGINT);
    CHECK(first->wait() == 128 + SIGINT);
    CHECK(second->wait() == 128 + SIGINT);
    INFO(first->err() << second->err());
    CHECK(contains(first->err(), "what is done is kept in"));
  }
  CHECK_FALSE(fs::exists(two.at("result.json")));
  CHECK(two.kept_files() > 1);
  const auto first = two.task("0", deep), second = two.task("1", deep);
  CHECK(first->wait() == 0);
  CHECK(second->wait() == 0);
  CHECK(two.result() == expected);
  CHECK(two.kept_files() == 0);
}

}  // namespace trm
