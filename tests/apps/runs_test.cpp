#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "run/checkpoint_folders.h"
#include "tests/catch.h"
#include "tests/events.h"
#include "tests/experiment/run_comparison.h"
#include "tests/experiment/small_experiment.h"
#include "tests/program.h"

namespace trm {
namespace {

using nlohmann::json;

struct Runs {
  experiment::SmallExperiment small;

  fs::path at(const std::string& name) const { return small.scratch / ("runs/" + name); }
  std::vector<std::string> command(const std::string& name, std::vector<std::string> words) const {
    words.insert(words.begin(), {small.config().string(), "--run", at(name).string()});
    return words;
  }
  void train(const std::string& name, const std::vector<std::string>& words = {}) const {
    const auto done = run_to_end(small.scratch, "trm-train", command(name, words));
    INFO(done.err);
    REQUIRE(done.code == 0);
  }
  Finished list(std::vector<std::string> words) const {
    return run_to_end(small.scratch, "trm-runs", words);
  }
  // Of all runs, by their names there.
  std::map<std::string, json> states() const {
    const auto done = list({(small.scratch / "runs").string(), "--json"});
    INFO(done.err);
    REQUIRE(done.code == 0);
    std::map<std::string, json> states;
    for (const auto& run : json::parse(done.out)) {
      const fs::path folder = run["run"].get<std::string>();
      states[folder.lexically_relative(small.scratch / "runs").string()] = run;
    }
    return states;
  }
};

const std::vector<std::string> kEndless = {"train.steps=1000000", "train.eval_steps=null",
                                           "train.save_steps=20"};

}  // namespace

TEST_CASE("the runs of a folder are listed with their states, however deep they lie", "[unit]") {
  const Runs runs;
  runs.train("finished");
  runs.train("study/a/deep", {"train.steps=4", "train.eval_steps=2"});
  // What is no run, or not any more.
  fs::create_directories(runs.at("study/sweep/a"));
  write_text(runs.at("study/sweep/a/config.yaml"), "seed: 0\n");
  fs::create_directories(runs.at(".hidden/checkpoints"));
  write_text(runs.at("notes.txt"), "x");
  fs::create_directories(runs.at("broken/checkpoints"));
  write_text(runs.at("broken/config.yaml"), "train: {steps: [}\n");
  write_text(runs.at("broken/metrics.jsonl"), "{\"step\": 1e300, \"train/lm_loss\": {}}\n\xff\n[");
  fs::create_directories(runs.at("bare"));
  write_text(runs.at("bare/metrics.jsonl"), "{\"step\": 7, \"train/lm_loss\": 0.5}\n");
  runs.train("failed", {"train.steps=4"});
  auto sessions = read_text(runs.at("failed/sessions.jsonl"));
  const std::string completed = R"("end":"completed")";
  sessions.replace(sessions.find(completed), completed.size(), R"("end":"failed")");
  write_text(runs.at("failed/sessions.jsonl"), sessions);

  const auto states = runs.states();
  std::map<std::string, std::string> found;
  for (const auto& [name, state] : states) found[name] = state["state"];
  CHECK(found == std::map<std::string, std::string>{{"finished", "finished"},
                                                    {"study/a/deep", "finished"},
                                                    {"broken", "damaged"},
                                                    {"bare", "damaged"},
                                                    {"failed", "failed"}});
  const auto& run = states.at("finished");
  CHECK(run["step"] == 12);
  CHECK(run["steps"] == 12);
  CHECK(run["seconds_left"].is_null());
  const auto log = log_of(runs.at("finished"));
  CHECK(run["scores"]["test/exact_accuracy"] == log.back()["test/exact_accuracy"]);
  // The best of the validations is what checkpoints/best names.
  CHECK("step_" + std::to_string(run["best"]["step"].get<int64_t>()) + "\n" ==
        read_text(runs.at("finished/checkpoints/best")));
  CHECK(states.at("bare")["step"] == 7);
  CHECK(contains(states.at("broken")["why"].get<std::string>(), "config.yaml"));

  const auto text = runs.list({(runs.small.scratch / "runs").string()});
  CHECK(text.code == 0);
  CHECK(contains(text.out, "5 runs: 2 damaged, 1 failed, 2 finished"));
  CHECK(std::count(text.out.begin(), text.out.end(), '\n') == 1 + 5 + 1);
  // A run folder itself, and no folder.
  CHECK(json::parse(runs.list({"--json", runs.at("finished").string()}).out).size() == 1);
  const auto absent = runs.list({runs.at("absent").string()});
  CHECK(absent.code == 2);
  CHECK(contains(absent.err, "no such folder"));
}

TEST_CASE("a run is running, then stale or stopped by how it ended", "[unit]") {
  const Runs runs;
  const auto logs = [&](const char* name) {
    return comes([&] { return fs::exists(runs.at(std::string(name) + "/metrics.jsonl")); });
  };
  Program killed(runs.small.scratch, "trm-train", runs.command("killed", kEndless));
  REQUIRE(logs("killed"));
  auto state = runs.states().at("killed");
  CHECK(state["state"] == "running");
  CHECK(state["steps"] == 1000000);
  CHECK(state["seconds_left"] > 0);
  killed.signal(SIGKILL);
  killed.wait();
  state = runs.states().at("killed");
  CHECK(state["state"] == "stale");
  CHECK(state["seconds_left"].is_null());
  Program stopped(runs.small.scratch, "trm-train", runs.command("stopped", kEndless));
  REQUIRE(logs("stopped"));
  stopped.signal(SIGTERM);
  CHECK(stopped.wait() == 143);
  CHECK(runs.states().at("stopped")["state"] == "stopped");
}

TEST_CASE("asking how runs stand disturbs none that begins", "[unit]") {
  const Runs runs;
  runs.train("run", {"train.steps=2"});
  std::atomic<bool> asks = true;
  std::thread asking([&] {
    while (asks) {
      FolderLock::is_held(runs.at("run"));
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  });
  for (int i = 0; i < 2000; ++i) CHECK_NOTHROW(FolderLock(runs.at("run")));
  asks = false;
  asking.join();
}

TEST_CASE("a run that is killed and continued logs and shows what a whole one does", "[unit]") {
  const Runs runs;
  const std::vector<std::string> words = {"train.steps=300", "train.eval_steps=60",
                                          "train.save_steps=20"};
  runs.train("whole", words);
  {
    Program program(runs.small.scratch, "trm-train", runs.command("killed", words));
    REQUIRE(comes([&] {
      return fs::exists(runs.at("killed/checkpoints")) &&
             !run::checkpoint_steps(runs.at("killed")).empty();
    }));
    program.signal(SIGKILL);
    program.wait();
  }
  runs.train("killed", words);
  CHECK(log_of(runs.at("killed")) == log_of(runs.at("whole")));
  auto whole = read_events(runs.at("whole")), killed = read_events(runs.at("killed"));
  for (auto* events : {&whole, &killed}) {
    for (auto& [name, points] : events->scalars) {
      if (!name.ends_with("seconds") && !name.ends_with("per_second")) continue;
      for (auto& point : points) point.second = 0;
    }
  }
  CHECK(killed.scalars == whole.scalars);
  CHECK(killed.images == whole.images);
}

TEST_CASE("runs are compared by the keys in which their configs differ", "[unit]") {
  const Runs runs;
  runs.train("a", {"train.steps=4"});
  runs.train("b", {"train.steps=4", "model.width=32", "model.core=single_z"});
  const auto a = runs.at("a").string(), b = runs.at("b").string();
  const auto done = runs.list({"compare", a, b, "--json"});
  INFO(done.err);
  REQUIRE(done.code == 0);
  const auto compared = json::parse(done.out);
  REQUIRE(compared["runs"].size() == 2);
  CHECK(compared["runs"][1]["run"] == b);
  CHECK(compared["runs"][0]["scores"]["test/puzzles"] == 20);
  const auto& differences = compared["differences"];
  CHECK(differences["model.width"] == json({"16", "32"}));
  CHECK(differences["model.core.kind"] == json({"trm", "single_z"}));
  CHECK(differences["model.core.networks"] == json({"one", nullptr}));
  CHECK_FALSE(differences.contains("train.steps"));
  const auto text = runs.list({"compare", a, b}).out;
  CHECK(contains(text, "model.width"));
  CHECK(contains(text, "test/exact_accuracy"));
  CHECK_FALSE(contains(text, "train.steps"));
  CHECK(contains(runs.list({"compare", a, a}).out, "the configs do not differ"));
  const auto one = runs.list({"compare", a});
  CHECK(one.code == 2);
  CHECK(contains(one.err, "two or more"));
  const auto none = runs.list({"compare", a, (runs.small.scratch / "data").string()});
  CHECK(none.code == 2);
  CHECK(contains(none.err, "no run in it"));
}

TEST_CASE("runs are drawn on one page, each by its folder's name", "[unit]") {
  const Runs runs;
  runs.train("a", {"train.steps=4"});
  runs.train("b", {"train.steps=4", "model.width=32"});
  const auto a = runs.at("a").string(), b = runs.at("b").string();
  const auto out = (runs.small.scratch / "page.html").string();
  const auto done = runs.list({"plot", a, b, out});
  INFO(done.err);
  REQUIRE(done.code == 0);
  const auto page = read_text(out);
  CHECK(contains(page, "train lm loss against steps"));
  CHECK(contains(page, "model.width"));
  CHECK(contains(page, "finished"));
  CHECK_FALSE(contains(page, "src=\"http"));
  const auto only = runs.list({"plot", a});
  CHECK(only.code == 2);
  CHECK(contains(only.err, "none named"));
  const auto folder = runs.list({"plot", a, b});
  CHECK(folder.code == 2);
  CHECK(contains(folder.err, "a folder"));
  const auto none = runs.list({"plot", (runs.small.scratch / "data").string(), out});
  CHECK(none.code == 2);
  CHECK(read_text(out) == page);
}

TEST_CASE("without a terminal a watch is plain lines", "[unit]") {
  const Runs runs;
  runs.train("run", {"train.steps=2"});
  Program watch(runs.small.scratch, "trm-runs",
                {(runs.small.scratch / "runs").string(), "--watch"});
  CHECK(comes([&] { return contains(watch.out(), "1 run: 1 finished"); }));
  CHECK(watch.running());
  CHECK_FALSE(contains(watch.out(), "\033"));
  watch.signal(SIGINT);
  CHECK(watch.wait() == 128 + SIGINT);
}

}  // namespace trm
