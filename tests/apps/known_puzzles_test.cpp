#include <map>

#include "tensor/archive.h"
#include "tests/apps/small_arc.h"

namespace trm {
namespace {

// A model that was trained on the tasks a, b, c and d, and their folders in other orders.
struct Trained {
  SmallArc arc;
  std::string run = arc.at("run");

  Trained() {
    arc.write_tasks("one", {"a", "b", "c", "d"});
    arc.write_tasks("two", {"d", "c", "b", "a"});
    arc.write_tasks("half", {"c", "d"});
    arc.write_tasks("new", {"c", "x", "y"});
    for (const char* name : {"one", "two", "half", "new"})
      arc.build(name, {"--augmentations", "0"});
    arc.run("trm-train", {config("one"), "--run", run});
  }
  std::string data(const std::string& name) const { return arc.at(name + "_data"); }
  std::string config(const std::string& name) const { return arc.config(data(name), 60); }

  // The confidence in the answers to a task's two tests, of every task of a folder, by its name.
  std::map<std::string, std::vector<float>> answers(const std::string& name,
                                                    const std::vector<std::string>& tasks,
                                                    const std::string& model = "run") const {
    const auto file = arc.at("answers");
    fs::remove(file);
    arc.run("trm-eval", {arc.at(model), "--data", data(name), "--predictions", file});
    const auto logits = load_archive(file).at("q_halt_logits");
    REQUIRE(logits.size(0) == static_cast<int64_t>(2 * tasks.size()));
    std::map<std::string, std::vector<float>> all;
    for (size_t i = 0; i < 2 * tasks.size(); ++i)
      all[tasks[i / 2]].push_back(logits[static_cast<int64_t>(i)].item<float>());
    return all;
  }
};

void check_same(const std::map<std::string, std::vector<float>>& some,
                const std::map<std::string, std::vector<float>>& all) {
  for (const auto& [task, values] : some) {
    INFO(task);
    for (size_t i = 0; i < values.size(); ++i)
      CHECK(values[i] == Approx(all.at(task)[i]).epsilon(1e-4).margin(1e-5));
  }
}

}  // namespace

TEST_CASE("a model finds the puzzles of another folder by their names", "[unit]") {
  const Trained trained;
  const auto all = trained.answers("one", {"a", "b", "c", "d"});
  // Each task has learned a row of its own.
  CHECK(std::abs(all.at("a")[0] - all.at("c")[0]) > 1e-3);
  check_same(trained.answers("two", {"d", "c", "b", "a"}), all);
  check_same(trained.answers("half", {"c", "d"}), all);

  const auto& arc = trained.arc;
  const auto unknown =
      run_to_end(arc.scratch, "trm-eval", {trained.run, "--data", trained.data("new")});
  CHECK(unknown.code == 2);
  CHECK(contains(unknown.err, "does not know 2 of 3 tasks ('x', 'y')"));
  CHECK(contains(unknown.err, "--unknown mean"));
  const auto mean = run_to_end(arc.scratch, "trm-eval",
                               {trained.run, "--data", trained.data("new"), "--unknown", "mean"});
  CHECK(mean.code == 0);
  CHECK(contains(mean.err, "the mean of the puzzle embedding for 2 of 3 tasks"));

  // The first test of half is the fifth of one, and the fourth example of new is unknown.
  const auto line_of = [&](const std::vector<std::string>& more) {
    std::vector<std::string> command = {trained.run, "--example"};
    command.insert(command.end(), more.begin(), more.end());
    const auto out = arc.run("trm-solve", command).out;
    return out.substr(out.find("step 1"));
  };
  CHECK(line_of({"0", "--data", trained.data("half")}) == line_of({"4"}));
  CHECK(line_of({"0", "--data", trained.data("new")}) == line_of({"4"}));
  const auto refused = run_to_end(arc.scratch, "trm-solve",
                                  {trained.run, "--example", "3", "--data", trained.data("new")});
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "does not know 1 of 1 tasks ('x')"));
  line_of({"3", "--data", trained.data("new"), "--unknown", "mean"});
}

TEST_CASE("a run that starts from another's weights takes their rows by name", "[unit]") {
  const Trained trained;
  const auto& arc = trained.arc;
  const auto all = trained.answers("one", {"a", "b", "c", "d"});
  // No step of it changes a weight.
  const auto train = [&](const std::string& name, const std::string& from,
                         const std::vector<std::string>& more) {
    std::vector<std::string> command = {trained.config(name),  "--run",
                                        arc.at(name + "_run"), "init.from=" + from,
                                        "train.steps=1",       "optim.puzzle_lr=0",
                                        "optim.weights.lr=0"};
    command.insert(command.end(), more.begin(), more.end());
    return run_to_end(arc.scratch, "trm-train", command);
  };
  const auto done = train("two", trained.run, {});
  INFO(done.err);
  REQUIRE(done.code == 0);
  check_same(trained.answers("two", {"d", "c", "b", "a"}, "two_run"), all);

  const auto refused = train("new", trained.run, {});
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "does not know 2 of 3 tasks ('x', 'y')"));
  CHECK(contains(refused.err, "init.unknown=mean"));
  CHECK(train("new", trained.run, {"init.unknown=mean"}).code == 0);

  // Names go with a converted file, and back into a checkpoint.
  arc.run("trm-convert", {trained.run, arc.at("a.safetensors")});
  check_same(trained.answers("half", {"c", "d"}, "a.safetensors"), all);
  arc.run("trm-convert", {arc.at("a.safetensors"), arc.at("back") + "/"});
  check_same(trained.answers("half", {"c", "d"}, "back"), all);
}

TEST_CASE("where names are missing, ids are trusted and it is said", "[unit]") {
  const Trained trained;
  const auto& arc = trained.arc;
  fs::remove(arc.scratch / "two_data/identifiers.json");
  // ARC's own scores need the names.
  const auto whole = arc.at("whole_run");
  arc.run("trm-train", {trained.config("one"), "--run", whole, "data.task=tokens",
                        "data.canvas=null", "train.steps=1"});
  const auto done =
      run_to_end(arc.scratch, "trm-eval", {whole, "--data", trained.data("two"), "--limit", "1"});
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(contains(done.err, "puzzle ids are trusted"));
}

}  // namespace trm
