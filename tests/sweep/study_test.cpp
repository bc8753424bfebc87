#include <algorithm>

#include "run/checkpoint_folders.h"
#include "tests/apps/small_arc.h"
#include "tests/catch.h"
#include "tests/sweep/small_study.h"

namespace trm::sweep {
namespace {

using nlohmann::json;

// Runs long enough to be killed in their midst.
constexpr const char* kThree =
    "overrides: [train.steps=60]\n"
    "arms: {full: [], narrow: [model.width=8], hasty: [optim.weights.lr=1e-2]}\n"
    "seeds: [0, 1, 2]\nreference: full\nscores: [exact_accuracy, accuracy, lm_loss]\n";

// The last step that a run has saved; 0 where it has saved none.
int64_t saved_step(const fs::path& run) {
  if (!fs::exists(run / "checkpoints")) return 0;
  const auto steps = run::checkpoint_steps(run);
  return steps.empty() ? 0 : steps.back();
}
bool has_checkpoint(const fs::path& run) { return saved_step(run) > 0; }

// The trm-train that has a run, by what its lock says.
pid_t trainer_of(const fs::path& run) {
  std::ifstream lock(run / "lock");
  std::string word;
  pid_t process = 0;
  lock >> word >> process;
  // 0 would be this test and all that it began.
  if (process <= 0) throw std::runtime_error(run.string() + ": its lock names no process");
  return process;
}

std::vector<std::string> names_of(const std::map<std::string, std::string>& states) {
  std::vector<std::string> names;
  for (const auto& [name, state] : states) names.push_back(name);
  return names;
}

}  // namespace

TEST_CASE("a study that is killed goes on, repeats nothing, and has the same table", "[unit]") {
  const SmallStudy undisturbed(kThree), killed(kThree);
  const auto whole = undisturbed.sweep("run", {"--jobs", "2"});
  INFO(whole.err);
  REQUIRE(whole.code == 0);
  CHECK(contains(whole.out, "9 done, 0 failed, 0 unfinished"));
  {
    // Of the same numbers: saves are a free key.
    Program sweep(killed.small.scratch, "trm-sweep",
                  {"run", killed.file(), "--jobs", "2", "train.save_steps=2"});
    const auto second = killed.run("full-seed2");
    REQUIRE(comes([&] { return has_checkpoint(second); }));
    ::kill(trainer_of(second), SIGKILL);
    sweep.signal(SIGKILL);
    sweep.wait();
  }
  // Trainers that the sweep left save and end by themselves.
  std::map<std::string, std::string> before;
  REQUIRE(comes([&] {
    before = killed.states();
    return std::none_of(before.begin(), before.end(),
                        [](const auto& run) { return run.second == "running"; });
  }));
  std::map<std::string, int64_t> saved;
  for (const auto& [name, state] : before) saved[name] = saved_step(killed.run(name));
  REQUIRE(before.at("full-seed0") == "done");
  CHECK(before.at("hasty-seed2") == "waiting");
  const auto again = killed.sweep("run", {"--jobs", "2", "train.save_steps=2"});
  INFO(again.err);
  CHECK(again.code == 0);
  for (const auto& [name, state] : killed.states()) CHECK(state == "done");
  for (const auto& name : names_of(before)) {
    INFO(name);
    const auto sessions = killed.sessions(name);
    if (before.at(name) == "done") CHECK(sessions.size() == 1);
    // What was saved is not trained again; a run that had saved nothing yet begins anew. A kill may
    // leave a checkpoint whole, but not yet in its place: the next one, and that counts as well.
    if (sessions.size() > 1) {
      const auto first = sessions[1]["first_step"].get<int64_t>();
      CHECK((first == saved.at(name) || first == saved.at(name) + 2));
    }
  }
  CHECK(killed.sessions("full-seed2").size() <= 2);
  // Nothing is left to do.
  const auto done = killed.sweep("run");
  CHECK(done.code == 0);
  CHECK_FALSE(contains(done.err, "begun"));
  const auto table = killed.table();
  CHECK(table == undisturbed.table());
  CHECK(table["flags"] == json::array());
  CHECK(table["rows"].size() == 9);
  CHECK(table["rows"][3]["arm"] == "narrow");
  CHECK(table["rows"][3]["n"] == 3);
  CHECK(table["rows"][3]["interval"].size() == 2);
}

TEST_CASE("two processes with one study divide its runs", "[unit]") {
  const SmallStudy study("arms: {full: [], narrow: [model.width=8]}\nseeds: [0, 1, 2]\n");
  const ScratchFolder outputs;  // of the second
  const std::vector<std::string> words = {"run", study.file(), "--jobs", "1"};
  Program first(study.small.scratch, "trm-sweep", words), second(outputs, "trm-sweep", words);
  CHECK(first.wait() == 0);
  CHECK(second.wait() == 0);
  for (const auto* process : {&first, &second}) {
    CHECK(contains(process->err(), ": begun"));
    CHECK(contains(process->out(), "6 done"));
  }
  for (const auto& [name, state] : study.states()) {
    INFO(name);
    CHECK(state == "done");
    CHECK(study.sessions(name).size() == 1);
  }
}

TEST_CASE("runs that crash, cannot begin or are killed show as such, others finish", "[unit]") {
  const SmallStudy study(
      "arms: {slow: [train.steps=1000000, train.eval_steps=null], full: [],\n"
      "  crash: [optim.weights.lr=1e30, train.bad_steps=2], lost: [init.from=nowhere]}\n"
      "seeds: [0]\n");
  Program sweep(study.small.scratch, "trm-sweep",
                {"run", study.file(), "--jobs", "2", "--retries", "1"});
  const auto slow = study.run("slow-seed0");
  REQUIRE(comes([&] { return has_checkpoint(slow); }));
  ::kill(trainer_of(slow), SIGKILL);
  // It goes on, and is killed again.
  REQUIRE(comes([&] { return study.sessions("slow-seed0").size() == 2; }));
  const auto again = trainer_of(slow);
  ::kill(again, SIGKILL);
  CHECK(sweep.wait() == 2);
  const auto told = sweep.err();
  INFO(told);
  CHECK(contains(sweep.out(), "1 done, 3 failed, 0 unfinished"));
  CHECK(contains(told, "slow-seed0: ended by signal 9 (Killed); begun again, 1 of 1"));
  CHECK(contains(told, "slow-seed0: failed: ended by signal 9 (Killed)"));
  CHECK(contains(told, "crash-seed0: failed: ended with exit code 2"));
  CHECK(contains(told, "not finite"));
  CHECK(contains(told, "lost-seed0: failed: ended with exit code 2"));
  CHECK(contains(told, "    error: nowhere"));
  CHECK(study.states() == std::map<std::string, std::string>{{"crash-seed0", "failed"},
                                                             {"full-seed0", "done"},
                                                             {"lost-seed0", "failed"},
                                                             {"slow-seed0", "failed"}});
  const auto table = study.table();
  CHECK(table["rows"].size() == 4);
  CHECK(table["rows"][0]["mean"] == nullptr);
  CHECK(contains(table["flags"].dump(), "slow-seed0 is left out: it failed: ended by signal 9"));
}

TEST_CASE("a signal saves all runs, and a changed definition is refused", "[unit]") {
  const SmallStudy study(
      "overrides: [train.steps=200000, train.eval_steps=null]\n"
      "arms: {full: [], narrow: [model.width=8]}\nseeds: [0]\n");
  Program sweep(study.small.scratch, "trm-sweep", {"run", study.file(), "--jobs", "2"});
  REQUIRE(comes([&] {
    return has_checkpoint(study.run("full-seed0")) && has_checkpoint(study.run("narrow-seed0"));
  }));
  sweep.signal(SIGTERM);
  CHECK(sweep.wait() == 128 + SIGTERM);
  CHECK(contains(sweep.out(), "0 done, 0 failed, 2 unfinished"));
  for (const std::string name : {"full-seed0", "narrow-seed0"}) {
    CHECK(study.states().at(name) == "stopped");
    CHECK(study.sessions(name).at(0)["end"] == "stopped by signal 15");
  }
  study.write("arms: {full: [], narrow: [model.width=12]}\nseeds: [0]\n");
  const auto refused = study.sweep("run");
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "narrow-seed0: begun with another config"));
  CHECK(contains(refused.err, "model.width: 8 there, 12 here"));
  CHECK(study.sessions("full-seed0").size() == 1);
  CHECK(study.states().at("narrow-seed0") == "changed");
  CHECK(contains(study.table()["flags"].dump(), "narrow-seed0 is left out: it was begun with"));
  // What it would remove is said before.
  CHECK(contains(study.sweep("clean").out, "2 runs, "));
  CHECK(fs::exists(study.run("narrow-seed0")));
  CHECK(study.sweep("clean", {"--yes"}).code == 0);
  CHECK_FALSE(fs::exists(study.runs()));
}

TEST_CASE("once its budget is spent no further run of a study is begun", "[unit]") {
  const SmallStudy study("seeds: [0, 1]\nbudget: 1e-9\n");
  const auto done = study.sweep("run", {"--jobs", "1"});
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(contains(done.out, "1 done, 0 failed, 1 unfinished"));
  CHECK(contains(done.err, "of computing are spent; no further run is begun"));
  CHECK(study.states() ==
        std::map<std::string, std::string>{{"all-seed0", "done"}, {"all-seed1", "waiting"}});
}

TEST_CASE("what cannot be run is refused before anything is begun", "[unit]") {
  const SmallStudy study("arms: {full: [], wrong: [model.widht=8]}\n");
  const auto refused = study.sweep("run");
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "wrong: override 'model.widht=8'"));
  CHECK_FALSE(fs::exists(study.runs()));
  study.write("arms: {full: []}\nseeds: [0, 1]\n");
  CHECK(contains(study.sweep("run", {"--index", "2"}).err, "--index: 2, and there are 2 runs"));
  CHECK(contains(study.sweep("run", {"--only", "ful"}).err, "did you mean 'full'?"));
  CHECK(contains(study.sweep("run", {"--devices", "tpu"}).err, "--devices: no 'tpu'"));
  const auto plan = study.sweep("run", {"--dry-run", "--json", "-"});
  INFO(plan.err);
  const auto forecast = json::parse(plan.out);
  CHECK(forecast["runs"] == json{"full-seed0", "full-seed1"});
  CHECK(forecast["rows"][0]["steps"] == 12);
  CHECK(forecast["rows"][0]["seconds"] > 0);
  CHECK_FALSE(fs::exists(study.runs()));
  const auto one = study.sweep("run", {"--index", "1"});
  INFO(one.err);
  CHECK(one.code == 0);
  CHECK(study.states() ==
        std::map<std::string, std::string>{{"full-seed0", "waiting"}, {"full-seed1", "done"}});
}

TEST_CASE("a study of ARC tasks has the scores of their votes", "[unit]") {
  const SmallArc small;
  small.write_tasks("tasks", {"arc0", "arc1"});
  small.config(small.build("tasks", {"--augmentations", "3"}), 4);
  const auto study = [&](const std::string& scores) {
    return small.scratch
        .file("sweep.yaml", "base: config.yaml\nruns: " + small.at("runs") +
                                "\narms: {full: [], wide: [model.width=64]}\nscores: [" + scores +
                                "]\n")
        .string();
  };
  const auto strange =
      run_to_end(small.scratch, "trm-sweep", {"run", study("pass@3"), "--dry-run"});
  CHECK(strange.code == 2);
  CHECK(contains(strange.err, "scores: no 'pass@3'; did you mean 'pass@"));
  const auto file = study("pass@2, exact_accuracy");
  small.run("trm-sweep", {"run", file, "--jobs", "2"});
  const auto table =
      nlohmann::json::parse(small.run("trm-sweep", {"table", file, "--format", "json"}).out);
  int64_t rows = 0;
  for (const auto& row : table["rows"]) {
    if (row["score"] == "pass@2") rows += row["mean"].is_number() ? 1 : 0;
  }
  CHECK(rows == 2);
}

}  // namespace trm::sweep
