#include <nlohmann/json.hpp>

#include "core/file.h"
#include "run/run_folder.h"
#include "tests/catch.h"
#include "tests/run/small_checkpoint.h"
#include "tests/scratch_folder.h"

namespace trm::run {
namespace {

struct Fault {
  const char* name;
  void (*damage)(const fs::path& folder);
  const char* message;
};

const Fault kFaults[] = {
    {"a truncated part", [](const fs::path& f) { fs::resize_file(f / "weights.safetensors", 40); },
     "(truncated)"},
    {"a flipped byte",
     [](const fs::path& f) {
       auto bytes = read_text(f / "weights.safetensors");
       bytes.back() = static_cast<char>(bytes.back() ^ 1);
       write_text(f / "weights.safetensors", bytes);
     },
     "its hash differs"},
    {"a missing part", [](const fs::path& f) { fs::remove(f / "weights.safetensors"); },
     "missing in the checkpoint"},
    {"a missing manifest", [](const fs::path& f) { fs::remove(f / "manifest.json"); }, "missing"},
    {"a truncated manifest", [](const fs::path& f) { fs::resize_file(f / "manifest.json", 30); },
     "not valid JSON"},
    {"another format",
     [](const fs::path& f) {
       auto json = nlohmann::json::parse(read_text(f / "manifest.json"));
       json["format"] = 99;
       write_text(f / "manifest.json", json.dump());
     },
     "format 99"},
    {"a path that leads out",
     [](const fs::path& f) {
       auto json = nlohmann::json::parse(read_text(f / "manifest.json"));
       json["files"]["../x"] = {{"bytes", 0}, {"sha256", ""}};
       write_text(f / "manifest.json", json.dump());
     },
     "outside the folder"},
};

}  // namespace

TEST_CASE("a checkpoint gives back what was saved", "[unit]") {
  const ScratchFolder scratch;
  save(scratch / "step_7", 7, 2.5F);
  const Checkpoint checkpoint(scratch / "step_7");
  CHECK(checkpoint.manifest().step == 7);
  CHECK(checkpoint.manifest().spec.at("cells") == 16);
  CHECK(checkpoint.load("weights").at("w").equal(torch::full({3}, 2.5F)));
  CHECK_FALSE(checkpoint.has("ema"));
  CHECK(read_text(checkpoint.config()) == "seed: 0\n");
}

TEST_CASE("a damaged checkpoint is refused, naming the file", "[unit]") {
  for (const auto& fault : kFaults) {
    INFO(fault.name);
    const ScratchFolder scratch;
    save(scratch / "step_7", 7);
    Checkpoint whole(scratch / "step_7");
    fault.damage(scratch / "step_7");
    const auto message = error_of([&] { Checkpoint damaged(scratch / "step_7"); });
    INFO(message);
    CHECK(contains(message, fault.message));
    CHECK(contains(message, "step_7"));
  }
}

TEST_CASE("the best step is the latest of those that no score tells apart", "[unit]") {
  const ScratchFolder scratch;
  RunFolder run(scratch / "run");
  const std::vector<Score> scores = {{"exact"}, {"cells"}, {"loss", /*high=*/false}};
  CHECK_FALSE(run.best(scores));
  const auto add = [&](int64_t step, const nlohmann::json& exact, const nlohmann::json& cells,
                       const nlohmann::json& loss) {
    run.log({{"step", step}, {"exact", exact}, {"cells", cells}, {"loss", loss}});
    run.log({{"step", step}, {"other", 9}});
    save(run.checkpoint(step), step);
  };
  const auto null = nlohmann::json(nullptr);
  add(1, 0, 0.6, 1);
  CHECK(run.best(scores) == 1);
  add(2, 0, 0.8, 2);
  CHECK(run.best(scores) == 2);
  add(3, 0, 0.8, 1.5);
  CHECK(run.best(scores) == 3);
  add(4, 0, 0.8, 1.5);
  CHECK(run.best(scores) == 4);
  add(5, 0, 0.8, null);
  add(6, 0, null, 0.1);
  add(7, null, 0.9, 0.1);
  add(8, "much", 0.9, 0.1);
  CHECK(run.best(scores) == 4);
  add(9, 0.1, 0.1, 9);
  CHECK(run.best(scores) == 9);
  // What is gone is not chosen.
  fs::remove_all(run.checkpoint(9));
  CHECK(run.best(scores) == 4);
}

TEST_CASE("the log is cut to what a checkpoint remembers", "[unit]") {
  const ScratchFolder scratch;
  RunFolder run(scratch / "run");
  run.log({{"step", 1}});
  const auto bytes = run.log_bytes();
  run.log({{"step", 2}});
  run.rewind_log(bytes);
  CHECK(read_text(run.path() / "metrics.jsonl") == "{\"step\":1}\n");
  CHECK_FALSE(run.rewind_log(bytes + 1));
  CHECK(read_text(run.path() / "metrics.jsonl") == "{\"step\":1}\n");
}

TEST_CASE("a log that is too short gets the evaluations back that checkpoints remember", "[unit]") {
  const ScratchFolder scratch;
  RunFolder run(scratch / "run");
  save(run.checkpoint(5), 5);
  note_evaluation(run.checkpoint(5), R"({"step":5,"v":0.5})", 100, 40);
  CHECK(Checkpoint(run.checkpoint(5)).manifest().log_bytes == 100);
  CHECK(Checkpoint(run.checkpoint(5)).manifest().event_bytes == 40);
  write_text(run.path() / "metrics.jsonl", "{\"step\":1}\n{\"st");
  CHECK_FALSE(run.rewind_log(100));
  run.restore_evaluations();
  run.restore_evaluations();
  CHECK(read_text(run.path() / "metrics.jsonl") == "{\"step\":1}\n{\"step\":5,\"v\":0.5}\n");
}

TEST_CASE("a run begun again keeps the log that it has", "[unit]") {
  const ScratchFolder scratch;
  RunFolder run(scratch / "run");
  CHECK_FALSE(run.put_log_aside());
  for (const char* name : {"metrics.jsonl.before", "metrics.jsonl.before-2"}) {
    run.log({{"step", 1}});
    CHECK(run.put_log_aside()->filename() == name);
    CHECK(read_text(run.path() / name) == "{\"step\":1}\n");
  }
  CHECK(run.log_bytes() == 0);
}

TEST_CASE("a folder that a run only began to make is taken", "[unit]") {
  const ScratchFolder scratch;
  fs::create_directories(scratch / "run/checkpoints");
  CHECK_NOTHROW(RunFolder(scratch / "run"));
  write_text(scratch / "run/lock", "");
  CHECK_NOTHROW(RunFolder(scratch / "run"));
  save(scratch / "run/checkpoints/step_7", 7);
  CHECK(contains(error_of([&] { RunFolder run(scratch / "run"); }), "its config.yaml is gone"));
}

TEST_CASE("a folder in which no run was started does not stay", "[unit]") {
  const ScratchFolder scratch;
  { RunFolder run(scratch / "abandoned"); }
  CHECK_FALSE(fs::exists(scratch / "abandoned"));
  {
    RunFolder run(scratch / "started");
    run.start("seed: 0\n");
  }
  CHECK(fs::exists(scratch / "started/config.yaml"));
}

TEST_CASE("a folder that is no run is not made one", "[unit]") {
  const ScratchFolder scratch;
  fs::create_directory(scratch / "mine");
  write_text(scratch / "mine/letter.txt", "dear");
  CHECK(contains(error_of([&] { RunFolder run(scratch / "mine"); }), "not empty and no run"));
  write_text(scratch / "file", "");
  CHECK(contains(error_of([&] { RunFolder run(scratch / "file"); }), "a file is in the way"));
  CHECK(contains(error_of([&] { find_checkpoint(scratch / "absent"); }), "no such run"));
  CHECK(contains(error_of([&] { find_checkpoint(scratch / "mine"); }), "no checkpoint in it"));
}

}  // namespace trm::run
