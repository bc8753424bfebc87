#include "run/checkpoint_folders.h"

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "run/run_folder.h"
#include "tests/catch.h"
#include "tests/run/small_checkpoint.h"
#include "tests/scratch_folder.h"

namespace trm::run {

TEST_CASE("a run goes on from its newest whole checkpoint", "[unit]") {
  const ScratchFolder scratch;
  RunFolder run(scratch / "run");
  CHECK_FALSE(run.latest(kIgnore));
  for (const int64_t step : {5, 10, 20}) save(run.checkpoint(step), step);
  CHECK(run.latest(kIgnore)->manifest().step == 20);
  fs::resize_file(run.checkpoint(20) / "weights.safetensors", 10);
  std::string warned;
  CHECK(run.latest([&](const std::string& text) { warned += text + "\n"; })->manifest().step == 10);
  CHECK(contains(warned, "(truncated)"));
  CHECK(contains(warned, "step_20: set aside as step_20.damaged"));
  CHECK(checkpoint_steps(run.path()) == std::vector<int64_t>{5, 10});
  CHECK(fs::exists(run.path() / "checkpoints/step_20.damaged/manifest.json"));
  for (const int64_t step : {5, 10}) fs::remove(run.checkpoint(step) / "manifest.json");
  CHECK(contains(error_of([&] { run.latest(kIgnore); }), "none of its checkpoints is whole"));
}

TEST_CASE("the newest few checkpoints, every so many and the best are kept", "[unit]") {
  const ScratchFolder scratch;
  RunFolder run(scratch / "run");
  for (const int64_t step : {5, 10, 12, 15, 20}) save(run.checkpoint(step), step);
  name_best(run.path(), 5);
  remove_others(run.path(), {.newest = 2, .every = 10, .best = 5});
  CHECK(checkpoint_steps(run.path()) == std::vector<int64_t>{5, 10, 15, 20});
  CHECK(find_checkpoint(run.path()).folder() == run.checkpoint(5));
  CHECK(find_checkpoint(run.path() / "checkpoints/best").folder() == run.checkpoint(5));
  remove_others(run.path(), {.newest = 1, .every = {}, .best = 20});
  name_best(run.path(), 20);
  CHECK(checkpoint_steps(run.path()) == std::vector<int64_t>{20});
  CHECK(find_checkpoint(run.path()).folder() == run.checkpoint(20));
  CHECK(find_checkpoint(run.checkpoint(20)).folder() == run.checkpoint(20));
}

TEST_CASE("a run whose checkpoints cannot be seen is not begun again", "[unit]") {
  const ScratchFolder scratch;
  {
    RunFolder run(scratch / "run");
    run.start("seed: 0\n");
    save(run.checkpoint(5), 5);
    run.log({{"step", 1}});
  }
  fs::permissions(scratch.path(), fs::perms(0755));
  fs::permissions(scratch / "run", fs::perms(0777));
  fs::permissions(scratch / "run/lock", fs::perms(0666));
  fs::permissions(scratch / "run/checkpoints", fs::perms::none);
  const auto text =
      as_another_user([&] { return error_of([&] { RunFolder run(scratch / "run"); }); });
  fs::permissions(scratch / "run/checkpoints", fs::perms::owner_all);
  CHECK(contains(text, "checkpoints: cannot read: Permission denied"));
  fs::rename(scratch / "run/checkpoints", scratch / "elsewhere");
  RunFolder run(scratch / "run");
  CHECK(contains(error_of([&] { run.latest(kIgnore); }), "checkpoints: missing"));
  CHECK(run.log_bytes() > 0);
}

TEST_CASE("a checkpoint that cannot be read is passed over like a damaged one", "[unit]") {
  const ScratchFolder scratch;
  fs::permissions(scratch.path(), fs::perms(0755));
  RunFolder run(scratch / "run");
  for (const int64_t step : {5, 10}) save(run.checkpoint(step), step);
  fs::permissions(run.checkpoint(10), fs::perms::none);
  fs::permissions(scratch / "run/checkpoints", fs::perms(0777));
  const auto text = as_another_user([&] {
    std::string warned;
    const auto last = run.latest([&](const std::string& line) { warned += line; });
    return std::to_string(last->manifest().step) + " " + warned;
  });
  fs::permissions(run.path() / "checkpoints/step_10.damaged", fs::perms::owner_all);
  CHECK(text.starts_with("5 "));
  CHECK(contains(text, "step_10: cannot read: Permission denied"));
}

TEST_CASE("what an interrupted process left of its checkpoints is found again", "[unit]") {
  const ScratchFolder scratch;
  const auto checkpoints = scratch / "run/checkpoints";
  {
    RunFolder run(scratch / "run");
    run.start("seed: 0\n");
    save(checkpoints / "step_10", 10);
    fs::create_directory(run.path() / "outputs");
    write_text(run.path() / "outputs/test_step_5.safetensors.partial-77", "half");
  }
  // As left between the renames of an exchange, and by a save that was cut short.
  fs::rename(checkpoints / "step_10", checkpoints / "step_10.partial-77.old");
  fs::create_directory(checkpoints / "step_12.partial-77");
  const RunFolder run(scratch / "run");
  CHECK(checkpoint_steps(run.path()) == std::vector<int64_t>{10});
  CHECK(run.latest(kIgnore)->manifest().step == 10);
  CHECK_FALSE(fs::exists(checkpoints / "step_12.partial-77"));
  CHECK(fs::is_empty(run.path() / "outputs"));
}

TEST_CASE("the best checkpoint is named by a text, a link of old, or a copy of it", "[unit]") {
  const ScratchFolder scratch;
  const auto checkpoints = scratch / "run/checkpoints";
  {
    RunFolder run(scratch / "run");
    run.start("seed: 0\n");
    for (const int64_t step : {5, 10}) save(run.checkpoint(step), step);
    name_best(run.path(), 5);
  }
  CHECK(read_text(checkpoints / "best") == "step_5\n");
  fs::remove(checkpoints / "best");
  fs::create_symlink("step_5", checkpoints / "best");
  CHECK(find_checkpoint(scratch / "run").folder() == checkpoints / "step_5");
  fs::remove(checkpoints / "best");
  fs::rename(checkpoints / "step_5", checkpoints / "best");
  CHECK(find_checkpoint(scratch / "run").manifest().step == 5);
  { const RunFolder opened(scratch / "run"); }
  CHECK(read_text(checkpoints / "best") == "step_5\n");
  CHECK(checkpoint_steps(scratch / "run") == std::vector<int64_t>{5, 10});
  // Damaged, the newest one stands in for it.
  fs::resize_file(checkpoints / "step_5/weights.safetensors", 10);
  CHECK(find_checkpoint(scratch / "run").folder() == checkpoints / "step_10");
}

TEST_CASE("what stands where a checkpoint is saved is set aside", "[unit]") {
  const ScratchFolder scratch;
  save(scratch / "step_7", 7, 1);
  save(scratch / "step_7", 7, 2);
  CHECK(Checkpoint(scratch / "step_7").load("weights").at("w").equal(torch::full({3}, 2.0F)));
  CHECK(Checkpoint(scratch / "step_7.damaged").load("weights").at("w").equal(torch::ones({3})));
}

}  // namespace trm::run
