#include "run/output_files.h"

#include <set>

#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::run {
namespace {

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

TEST_CASE("outputs are pruned by their evaluations, as checkpoints are", "[unit]") {
  const ScratchFolder scratch;
  fs::create_directory(scratch / "outputs");
  for (const char* step : {"2", "4", "6", "8", "10"}) {
    for (const char* end : {".safetensors", "_submission.json"})
      scratch.file("outputs/validation_step_" + std::string(step) + end, "x");
  }
  scratch.file("outputs/test_step_2.safetensors", "x");
  scratch.file("outputs/notes_step_by_step.txt", "x");
  scratch.file("outputs/validation_step_2.safetensors.partial-7", "x");
  // The best is of step 4; the oldest checkpoint of 7, for which 6 was the last evaluation.
  prune_outputs(scratch / "outputs", 1, 4, 7);
  std::set<std::string> kept = {"test_step_2.safetensors", "notes_step_by_step.txt",
                                "validation_step_2.safetensors.partial-7"};
  for (const char* step : {"4", "6", "10"}) {
    for (const char* end : {".safetensors", "_submission.json"})
      kept.insert("validation_step_" + std::string(step) + end);
  }
  CHECK(names_in(scratch / "outputs") == kept);
  prune_outputs(scratch / "none", 1, {}, 0);
}

}  // namespace
}  // namespace trm::run
