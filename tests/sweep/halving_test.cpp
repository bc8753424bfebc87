#include "sweep/halving.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "sweep/run_curves.h"
#include "tests/catch.h"
#include "tests/sweep/small_study.h"

namespace trm::sweep {
namespace {

using nlohmann::json;
using Place = RungDecision::Place;

constexpr const char* kFour =
    "overrides: [train.steps=1000, train.eval_steps=200, train.log_steps=100]\n"
    "arms: {full: [], narrow: [model.width=8], slow: [optim.weights.lr=1e-6], still: "
    "[optim.weights.lr=1e-7]}\nseeds: [0]\nreference: full\nscores: [lm_loss]\n";
constexpr const char* kHalving = "halving: {rungs: [200, 600], score: lm_loss}\n";

double loss_after(const SmallStudy& study, const std::string& run, int64_t step) {
  const auto curves = read_run_curves(study.run(run));
  for (const auto& at : curves.values.at("validation/lm_loss")) {
    if (at.step == step) return at.value;
  }
  FAIL("no evaluation after that step");
  return 0;
}

std::string record(const SmallStudy& study, int64_t step) {
  return read_text(study.runs() / "sweep/halving" / ("step_" + std::to_string(step) + ".json"));
}

std::vector<std::string> kept(const std::vector<Place>& places) {
  std::vector<std::string> rows;
  for (const auto& place : places) {
    if (place.goes_on) rows.push_back(place.row);
  }
  return rows;
}

using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("the best share goes on, and the reference", "[unit]") {
  const SmallStudy small(
      "arms: {a: [], b: [model.width=8], c: [model.width=4], d: [train.batch=4]}\nreference: d\n"
      "halving: {rungs: [6], keep: 0.5}\n");
  auto study = load_study(small.file(), {});
  const std::vector<Place> places = {{"a", 0.5}, {"b", {}}, {"c", 0.9}, {"d", 0.1}};
  auto chosen = places;
  choose(chosen, study);
  CHECK(kept(chosen) == Rows{"c", "a", "d"});
  CHECK(chosen.back().row == "b");
  study.definition.halving.keep = 0.01;
  choose(chosen = places, study);
  CHECK(kept(chosen) == Rows{"c", "d"});
  study.definition.halving.score = "lm_loss";
  study.definition.reference = "";
  choose(chosen = places, study);
  CHECK(kept(chosen) == Rows{"d"});
}

TEST_CASE("rows without hope end at a rung, and those that go on have the same numbers", "[unit]") {
  const SmallStudy plain(kFour), halved(std::string(kFour) + kHalving);
  REQUIRE(plain.sweep("run", {"--only", "full"}).code == 0);
  {
    // Killed once the first rung is decided.
    Program sweep(halved.small.scratch, "trm-sweep", {"run", halved.file(), "--jobs", "2"});
    const auto first = halved.runs() / "sweep/halving/step_200.json";
    for (int i = 0; i < 1200 && !fs::exists(first) && sweep.running(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    REQUIRE(fs::exists(first));
    sweep.signal(SIGKILL);
    sweep.wait();
  }
  const auto decided = record(halved, 200);
  const auto done = halved.sweep("run", {"--jobs", "2"});
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(record(halved, 200) == decided);
  CHECK_FALSE(contains(done.err, "halving after step 200"));
  CHECK(fs::exists(halved.runs() / "sweep/halving/step_600.json"));
  CHECK(contains(done.out, "1 done, 0 failed, 0 unfinished, 3 dropped by halving"));

  // Decided by what the runs have after the rung.
  std::vector<std::pair<double, std::string>> order;
  for (const char* row : {"full", "narrow", "slow", "still"})
    order.emplace_back(loss_after(halved, std::string(row) + "-seed0", 200), row);
  std::sort(order.begin(), order.end());
  const auto places = json::parse(decided)["rows"];
  REQUIRE(places.size() == 4);
  for (size_t i = 0; i < 4; ++i) {
    CHECK(places[i]["row"] == order[i].second);
    CHECK(places[i]["mean"] == order[i].first);
    CHECK(places[i]["goes_on"] == (i < 2 || order[i].second == "full"));
  }
  const auto dropped = order[3].second;
  CHECK(halved.states().at(dropped + "-seed0") == "dropped");
  CHECK(halved.states().at("full-seed0") == "done");
  CHECK(fs::exists(halved.run(dropped + "-seed0") / "checkpoints"));
  CHECK(halved.table()["rows"][0] == plain.table()["rows"][0]);
  CHECK(contains(halved.table()["flags"].dump(),
                 dropped + "-seed0 is left out: it was dropped by halving after step 200, place 4 "
                           "of 4 with validation lm_loss"));
  const auto page = (halved.small.scratch / "page.html").string();
  REQUIRE(halved.sweep("plot", {page}).code == 0);
  CHECK(contains(read_text(page), "dropped by halving after step 200, place 4 of 4"));

  // Other settings are not mixed with what was decided.
  const auto other = halved.sweep("run", {"halving.keep=0.9"});
  CHECK(other.code == 2);
  CHECK(contains(other.err, "halving was decided with other rows or settings"));
  halved.small.scratch.file("runs/sweep/halving/step_200.json", "{\"step\": 200}");
  CHECK(contains(halved.sweep("status").err, "step_200.json: damaged; remove it"));
  CHECK(halved.sweep("clean", {"--yes"}).code == 0);
  CHECK_FALSE(fs::exists(halved.runs()));
}

TEST_CASE("a study that cannot be halved says why before anything is begun", "[unit]") {
  const SmallStudy study("arms: {full: [], narrow: [model.width=8]}\nseeds: [0]\n");
  const auto told = [&](std::vector<std::string> words) {
    const auto done = study.sweep("run", std::move(words));
    CHECK(done.code == 2);
    return done.err;
  };
  CHECK(contains(told({"halving.rungs=[5]"}), "full: halving: no evaluation after step 5 of 12"));
  CHECK(contains(told({"halving.rungs=[12]"}), "no evaluation after step 12 of 12"));
  CHECK(contains(told({"halving.rungs=[6]", "data.validation=0"}), "there is no validation set"));
  CHECK(contains(told({"halving.rungs=[6]", "halving.score=nice"}), "no score 'nice'"));
  CHECK(contains(told({"halving.rungs=[6, 6]"}), "each has to be a later step"));
  CHECK(contains(told({"halving.rungs=[6]", "--only", "full"}), "leave out --only and --index"));
  CHECK_FALSE(fs::exists(study.run("full-seed0")));
}

}  // namespace trm::sweep
