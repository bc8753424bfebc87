#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/hash.h"
#include "run/checkpoint.h"
#include "tests/catch.h"
#include "tests/experiment/run_comparison.h"
#include "tests/experiment/small_experiment.h"
#include "tests/program.h"

namespace trm {
namespace {

using experiment::SmallExperiment;

Finished run_of(const SmallExperiment& small, const std::string& run,
                std::vector<std::string> overrides = {}) {
  overrides.insert(overrides.begin(), small.config().string());
  overrides.insert(overrides.end(), {"--run", (small.scratch / run).string()});
  return run_to_end(small.scratch, "trm-train", overrides);
}

// Writes NaN over the first number of a tensor of a checkpoint, and its manifest anew.
void spoil(const fs::path& checkpoint, const std::string& part, const std::string& tensor) {
  const auto file = checkpoint / (part + ".safetensors");
  const auto archive = load_archive(file);
  archive.at(tensor).flatten()[0] = std::numeric_limits<float>::quiet_NaN();
  save_archive(file, archive);
  auto manifest = nlohmann::ordered_json::parse(read_text(checkpoint / "manifest.json"));
  manifest["files"][part + ".safetensors"]["sha256"] = sha256_file(file);
  write_text(checkpoint / "manifest.json", manifest.dump());
}

}  // namespace

TEST_CASE("a run whose gradients stay bad stops, says where from, and keeps what there was",
          "[unit]") {
  const SmallExperiment small;
  // The first update makes weights of 1e30, with which no later step is finite.
  const auto done = run_of(small, "run",
                           {"optim.weights.lr=1e30", "optim.schedule.warmup_steps=0",
                            "train.save_steps=1", "train.bad_steps=3"});
  INFO(done.err);
  CHECK(done.code == 2);
  CHECK(contains(done.err,
                 "step 4: the gradient of 3 steps in a row was not finite; "
                 "the first bad value is in the state z_"));
  CHECK(contains(done.err, "step_3 is the last good checkpoint"));
  CHECK(std::count(done.err.begin(), done.err.end(), '\n') >= 1);
  CHECK_FALSE(fs::exists(small.scratch / "run/checkpoints/step_4"));
  const run::Checkpoint kept(small.scratch / "run/bad_step_4");
  CHECK(kept.load("batch").at("inputs").sizes() == at::IntArrayRef({8, 16}));
  // Skipped steps changed nothing.
  const run::Checkpoint good(small.scratch / "run/checkpoints/step_3");
  for (const char* part : {"weights", "ema", "optimizer"}) {
    for (const auto& [name, value] : good.load(part).tensors)
      CHECK(kept.load(part).at(name).equal(value));
  }
}

TEST_CASE("weights that are not finite are never saved as a checkpoint", "[unit]") {
  const SmallExperiment small;
  const auto done =
      run_of(small, "run", {"optim.weights.lr=1e38", "optim.schedule.warmup_steps=0"});
  INFO(done.err);
  CHECK(done.code == 2);
  CHECK(contains(done.err, "not finite"));
  CHECK(contains(done.err, "the weights: "));
  CHECK(fs::is_empty(small.scratch / "run/checkpoints"));
}

TEST_CASE("a NaN in the carry costs its own puzzle and no step", "[unit]") {
  const SmallExperiment small;
  REQUIRE(run_of(small, "run", {"train.steps=4"}).code == 0);
  spoil(small.scratch / "run/checkpoints/step_4", "carry", "z_H");
  // Else a row that had halted would take a new puzzle anyway.
  const auto carry = run::Checkpoint(small.scratch / "run/checkpoints/step_4").load("carry");
  const auto done = run_of(small, "run", {"train.log_steps=1"});
  INFO(done.err);
  CHECK(done.code == 0);
  int64_t skipped = 0, restarted = 0;
  for (const auto& line : log_of(small.scratch / "run")) {
    skipped += line.value("train/skipped_steps", int64_t{0});
    restarted += line.value("train/restarted_rows", int64_t{0});
  }
  CHECK(skipped == 0);
  const bool under_way = !carry.at("halted")[0].item<bool>();
  CHECK(restarted == (under_way ? 1 : 0));
  CHECK(contains(done.err, "1 puzzles under way were dropped") == under_way);
}

TEST_CASE("a checkpoint with a NaN in it is not gone on from, and says where", "[unit]") {
  const SmallExperiment small;
  REQUIRE(run_of(small, "run", {"train.steps=4"}).code == 0);
  const auto saved = small.scratch / "run/checkpoints/step_4";
  const struct {
    const char *part, *tensor, *message;
  } faults[] = {
      {"weights", "puzzle_emb.weights", "the puzzle embedding: puzzle_emb.weights, row 0"},
      {"weights", "lm_head.weight", "the weights: lm_head.weight"},
      {"ema", "lm_head.weight", "the averages: lm_head.weight"},
      {"optimizer", "m.lm_head.weight", "the moments: m.lm_head.weight"}};
  for (const auto& fault : faults) {
    fs::remove_all(small.scratch / "copy");
    fs::copy(small.scratch / "run", small.scratch / "copy",
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    spoil(small.scratch / "copy/checkpoints/step_4", fault.part, fault.tensor);
    const auto done = run_of(small, "copy");
    INFO(done.err);
    CHECK(done.code == 2);
    CHECK(contains(done.err, fault.message));
  }
}

}  // namespace trm
