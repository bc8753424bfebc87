#include "sweep/definition.h"

#include "sweep/members.h"
#include "tests/catch.h"
#include "tests/sweep/small_study.h"

namespace trm::sweep {
namespace {

std::string error_of(const SmallStudy& study, const std::vector<std::string>& words = {}) {
  try {
    load_study(study.file(), words);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::vector<std::string> names_of(const Study& study) {
  std::vector<std::string> names;
  for (const auto& member : study.members) names.push_back(member.name);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("members are arms by grid by seeds, in folders named by what they change", "[unit]") {
  const SmallStudy small(
      "arms: {full: [], narrow: [model.width=8]}\n"
      "grid: {train.batch: [4, 8]}\nseeds: [0, 3]\nreference: full\n");
  const auto study = load_study(small.file(), {});
  CHECK(names_of(study) == Names{"full-train.batch=4-seed0", "full-train.batch=4-seed3",
                                 "full-train.batch=8-seed0", "full-train.batch=8-seed3",
                                 "narrow-train.batch=4-seed0", "narrow-train.batch=4-seed3",
                                 "narrow-train.batch=8-seed0", "narrow-train.batch=8-seed3"});
  const auto& last = study.members.back();
  CHECK(last.experiment.model.width == 8);
  CHECK(last.experiment.train.batch == 8);
  CHECK(last.experiment.seed == 3);
  CHECK(last.row == "narrow train.batch=8");
  // Compared with the same point of the grid.
  CHECK(study.reference_of(last) == "full train.batch=8");
  CHECK(last.folder == small.run("narrow-train.batch=8-seed3"));
}

TEST_CASE("settings that no folder can be called are told apart all the same", "[unit]") {
  const SmallStudy small(
      "grid: {model.core: ['{kind: trm, H_cycles: 1}', '{kind: trm; H_cycles: 1}', plain],\n"
      "  optim.ema: [0.9, null]}\n");
  small.write(
      "grid: {model.core: ['{kind: trm, H_cycles: 1}', '{kind: trm,  H_cycles: 1}'],\n"
      "  optim.ema: [0.9, null]}\nreference: 'optim.ema=0.9'\n");
  CHECK(contains(error_of(small), "reference: no 'optim.ema=0.9'"));
  small.write(
      "grid: {model.core: ['{kind: trm, H_cycles: 1}', '{kind: trm,  H_cycles: 1}'],\n"
      "  optim.ema: [0.9, null]}\n");
  const auto study = load_study(small.file(), {});
  const auto names = names_of(study);
  CHECK(std::set<std::string>(names.begin(), names.end()).size() == 4);
  for (const auto& name : names) CHECK(name.find_first_of(" {}:,/") == std::string::npos);
  CHECK_FALSE(study.members[1].experiment.optim.ema.has_value());
}

TEST_CASE("words set keys of the study, or of all its runs", "[unit]") {
  const SmallStudy small("arms: {full: []}\nseeds: [0, 1]\n");
  const auto study = load_study(small.file(), {"seeds=[5]", "train.steps=7", "scores=[accuracy]"});
  CHECK(names_of(study) == Names{"full-seed5"});
  CHECK(study.members[0].experiment.train.steps == 7);
  CHECK(study.definition.scores == Names{"accuracy"});
}

TEST_CASE("what is wrong with a study is told with where it is", "[unit]") {
  const SmallStudy small("arm: {full: []}\nseeds: [0, x]\n");
  const auto told = error_of(small);
  CHECK(contains(told, "did you mean 'arms'?"));
  CHECK(contains(told, "seeds.1: cannot read 'x'; a whole number is needed"));
  small.write("arms: {full: [], wrong: [model.widht=8], odd: [train.shards=500]}\nseeds: [0]\n");
  const auto arms = error_of(small);
  CHECK(contains(arms, "wrong: override 'model.widht=8'"));
  CHECK(contains(arms, "did you mean 'width'?"));
  CHECK(contains(arms, "odd: override 'train.shards=500': train.shards: 500 shards"));
  const auto fault = [&](const std::string& lines) {
    small.write(lines);
    return error_of(small);
  };
  CHECK(contains(fault("arms: {a/b: []}\n"), "'a/b' names folders"));
  CHECK(contains(fault("arms: {a: [seed=3]}\n"), "arms.a: seed=3: the seeds are those of `seeds`"));
  CHECK(contains(fault("arms: {a: [model.width]}\n"), "'model.width' is no key=value"));
  CHECK(contains(fault("seeds: [1, 1]\n"), "seeds: 1 is listed twice"));
  CHECK(contains(fault("arms: {a: [train.batch=4]}\ngrid: {train.batch: [4, 8]}\n"),
                 "grid.train.batch: the arm a sets it, too"));
  CHECK(contains(fault("grid: {train.batch: []}\n"), "grid.train.batch: no values"));
  CHECK(contains(fault("arms: {full: []}\nreference: ful\n"), "did you mean 'full'?"));
  CHECK(contains(fault("evaluation: tset\n"), "evaluation: no 'tset'; did you mean 'test'?"));
  CHECK(contains(error_of(small, {"evaluation=test", "arms=[a]"}), "arms: a map of names"));
}

TEST_CASE("data, models and scores are looked at before anything is begun", "[unit]") {
  const SmallStudy small("arms: {full: [], lost: [data.path=nowhere]}\n");
  const auto faults = [&](const std::string& lines) {
    small.write(lines);
    const auto study = load_study(small.file(), {});
    try {
      check_members(study, members_of(study, {}));
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(contains(faults("arms: {full: [], lost: [data.path=nowhere]}\n"), "lost: nowhere"));
  CHECK(contains(faults("scores: [exact_acuracy]\n"), "did you mean 'exact_accuracy'?"));
  CHECK(contains(faults("evaluation: validation\noverrides: [data.validation=0]\n"),
                 "there is no validation set"));
  CHECK(faults("arms: {full: []}\nscores: [exact_accuracy, obeys_rules]\n").empty());
  CHECK_FALSE(fs::exists(small.runs()));
}

}  // namespace trm::sweep
