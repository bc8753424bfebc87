// What a study takes for done, and what it does not.

#include <fstream>

#include "sweep/slots.h"
#include "tests/apps/terminal_program.h"
#include "tests/catch.h"
#include "tests/small_sudoku.h"
#include "tests/sweep/small_study.h"

namespace trm::sweep {
namespace {

using nlohmann::json;
using States = std::map<std::string, std::string>;

// Whether a process holds back a signal.
bool holds(pid_t process, int signal) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("SigBlk:")) continue;
    return (std::stoull(line.substr(7), nullptr, 16) >> (signal - 1) & 1) != 0;
  }
  return false;
}

void write_data(const SmallStudy& study, const std::string& name, uint64_t seed) {
  fs::remove_all(study.small.scratch / name);
  SmallSudoku{.train = 60, .test = 20, .givens = {5, 8}, .seed = seed}.write(study.small.scratch /
                                                                             name);
}

}  // namespace

TEST_CASE("Ctrl-C while a study prepares ends it before any run is trained", "[unit]") {
  const SmallStudy study(
      "overrides: [train.steps=1000000, train.eval_steps=null]\n"
      "arms: {full: [], narrow: [model.width=8]}\nseeds: [0]\n");
  TerminalProgram sweep("trm-sweep", {"run", study.file(), "--jobs", "2"});
  for (int i = 0; i < 20000 && !holds(sweep.process(), SIGINT); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  sweep.type("\x03");
  CHECK(sweep.wait() == 128 + SIGINT);
  for (const auto& [name, state] : study.states()) {
    INFO(name);
    CHECK((state == "waiting" || state == "stopped"));
  }
}

TEST_CASE("runs that failed before are tried again before a rung is decided", "[unit]") {
  const SmallStudy study(
      "arms: {full: [], narrow: [model.width=8], tiny: [model.width=4], hasty: "
      "[optim.weights.lr=1e-2]}\n"
      "seeds: [0]\nreference: full\nhalving: {rungs: [6], score: lm_loss}\n");
  for (const std::string name : {"full", "narrow", "tiny", "hasty"}) {
    const auto notes = study.runs() / "sweep" / (name + "-seed0");
    fs::create_directories(notes);
    write_text(notes / "notes.json",
               R"({"state": "failed", "attempt": "elsewhere 1", "why": "the disk was full",
                   "steps": 12, "operations": 1, "last_lines": []})");
  }
  REQUIRE(study.states() == States{{"full-seed0", "failed"},
                                   {"hasty-seed0", "failed"},
                                   {"narrow-seed0", "failed"},
                                   {"tiny-seed0", "failed"}});
  const auto done = study.sweep("run", {"--jobs", "2"});
  INFO(done.err);
  CHECK(done.code == 0);
  const auto rows = json::parse(read_text(study.runs() / "sweep/halving/step_6.json"))["rows"];
  REQUIRE(rows.size() == 4);
  for (const auto& row : rows) CHECK(row["mean"].is_number());
}

TEST_CASE("a finished run is of the data that it was trained on", "[unit]") {
  const SmallStudy study("seeds: [0]\n");
  REQUIRE(study.sweep("run").code == 0);
  REQUIRE(study.table()["flags"].empty());
  const auto sessions = study.sessions("all-seed0").size();
  // The same data by another name: it is looked at, and nothing is trained.
  fs::copy(study.small.scratch / "data", study.small.scratch / "moved",
           fs::copy_options::recursive);
  const auto moved = "data.path=" + (study.small.scratch / "moved").string();
  const auto other_name = study.sweep("run", {moved});
  INFO(other_name.err);
  CHECK(other_name.code == 0);
  CHECK(contains(other_name.out, "1 done"));
  CHECK(contains(other_name.out, "next: trm-sweep table " + study.file() + " " + moved));
  REQUIRE(study.sessions("all-seed0").size() == sessions + 1);
  CHECK(study.sessions("all-seed0").back()["first_step"] == 12);
  // Other data.
  write_data(study, "other", 7);
  const auto other = "data.path=" + (study.small.scratch / "other").string();
  const auto refused = study.sweep("run", {other});
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "begun on other data than"));
  const auto table = json::parse(study.sweep("table", {other, "--format", "json"}).out);
  CHECK(contains(table["flags"].dump(), "it was tested otherwise (data.path: "));
  CHECK(table["rows"][0]["mean"] == nullptr);
  // Other data under the old name.
  write_data(study, "moved", 7);
  CHECK(contains(study.sweep("run", {moved}).err, "begun on other data than"));
}

TEST_CASE("a longer study has no scores of its shorter runs", "[unit]") {
  const SmallStudy study("seeds: [0, 1]\n");
  REQUIRE(study.sweep("run").code == 0);
  const auto longer = study.sweep("table", {"train.steps=24", "--format", "json"});
  const auto table = json::parse(longer.out);
  CHECK(table["rows"][0]["mean"] == nullptr);
  CHECK(contains(table["flags"].dump(), "has not come to its end, but to step 12"));
  for (const auto& run : json::parse(study.sweep("status", {"train.steps=24", "--json"}).out)) {
    CHECK(run["state"] == "stopped");
    CHECK(run["steps"] == 24);
  }
}

TEST_CASE("a study does not remove a run that it has not begun", "[unit]") {
  const SmallStudy study("arms: {full: [], narrow: [model.width=8]}\nseeds: [0]\n");
  const auto by_hand = study.run("full-seed0");
  REQUIRE(run_to_end(study.small.scratch, "trm-train",
                     {study.small.config().string(), "evaluate.outputs=[exact]", "--run",
                      by_hand.string()})
              .code == 0);
  const auto done = study.sweep("run");
  INFO(done.err);
  REQUIRE(done.code == 0);
  CHECK(study.sessions("full-seed0").size() == 1);
  {
    const FolderLock held(study.runs() / "sweep/narrow-seed0");
    const auto refused = study.sweep("clean", {"--yes"});
    CHECK(refused.code == 2);
    CHECK(refused.out.empty());
  }
  CHECK(study.sweep("clean", {"--yes"}).code == 0);
  CHECK(fs::exists(by_hand / "config.yaml"));
  CHECK_FALSE(fs::exists(study.run("narrow-seed0")));
  CHECK_FALSE(fs::exists(study.runs() / "sweep"));
}

TEST_CASE("a slot's GPU is for runs that name no other device", "[unit]") {
  Member member{};
  member.experiment.threads = 1;
  const auto words = [&](const char* device, bool named) {
    member.experiment.device = device;
    return overrides_of({.device = "cuda:1", .threads = 4, .named = named}, member);
  };
  using Words = std::vector<std::string>;
  CHECK(words("auto", false) == Words{"device=cuda"});
  CHECK(words("cuda", false) == Words{"device=cuda"});
  CHECK(words("cpu", false).empty());
  CHECK(words("cuda:0", false).empty());
  CHECK(words("cpu", true) == Words{"device=cuda"});
  member.experiment.device = "cpu";
  const Slot slot{.device = "cuda:1", .threads = 4};
  CHECK(variables_of(slot, member)["CUDA_VISIBLE_DEVICES"] ==
        own_variables()["CUDA_VISIBLE_DEVICES"]);
}

}  // namespace trm::sweep
