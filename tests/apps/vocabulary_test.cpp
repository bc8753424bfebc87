#include <nlohmann/json.hpp>

#include "format/npy.h"
#include "tensor/archive.h"
#include "tests/catch.h"
#include "tests/program.h"

namespace trm {
namespace {

constexpr int64_t kVocabulary = 1000, kCells = 6, kExamples = 16;

// A folder as a reference program makes it: the answer to a puzzle is the number that its first
// cell says, all over; these numbers differ in more than their lowest byte.
void write_split(const ScratchFolder& scratch, const std::string& split, format::DType type) {
  const auto folder = "data/" + split + "/";
  fs::create_directories(scratch / folder);
  scratch.file(folder + "dataset.json",
               R"({"pad_id": 0, "ignore_label_id": 0, "blank_identifier_id": 0, "vocab_size": 1000,
                   "seq_len": 6, "num_puzzle_identifiers": 1, "total_groups": 16,
                   "mean_puzzle_examples": 1, "sets": ["all"]})");
  const auto write = [&](const std::string& name, format::DType as, const auto& values,
                         const std::vector<int64_t>& shape) {
    format::write_npy(scratch / (folder + "all__" + name + ".npy"), as, shape,
                      std::as_bytes(std::span(values)));
  };
  const auto write_tokens = [&](const std::string& name, const auto& answer) {
    std::vector<uint16_t> narrow;
    std::vector<int64_t> wide;
    for (int64_t i = 0; i < kExamples * kCells; ++i) {
      wide.push_back(answer(i / kCells, i % kCells));
      narrow.push_back(static_cast<uint16_t>(wide.back()));
    }
    if (type == format::DType::u16) write(name, type, narrow, {kExamples, kCells});
    if (type == format::DType::i64) write(name, type, wide, {kExamples, kCells});
  };
  write_tokens("inputs", [](int64_t row, int64_t cell) { return cell == 0 ? 230 + 40 * row : 1; });
  write_tokens("labels", [](int64_t row, int64_t) { return 999 - 40 * row; });
  std::vector<int32_t> counts;
  for (int32_t i = 0; i <= kExamples; ++i) counts.push_back(i);
  write("puzzle_indices", format::DType::i32, counts, {kExamples + 1});
  write("group_indices", format::DType::i32, counts, {kExamples + 1});
  write("puzzle_identifiers", format::DType::i32, std::vector<int32_t>(kExamples), {kExamples});
  scratch.file("data/identifiers.json", R"(["<blank>"])");
}

}  // namespace

TEST_CASE("a thousand tokens are learned and answered", "[unit]") {
  const ScratchFolder scratch;
  write_split(scratch, "train", format::DType::u16);
  write_split(scratch, "test", format::DType::i64);
  const auto data = (scratch / "data").string(), run = (scratch / "run").string();
  const auto config = scratch
                          .file("config.yaml", "data: {path: " + data + R"(, task: tokens}
threads: 1
model:
  width: 64
  layers: [{mixer: token_mlp}]
  input: {prefix: 1, positions: none}
  core: {H_cycles: 1, L_cycles: 1}
  halting: {max_steps: 1}
optim: {weights: {lr: 1e-2, weight_decay: 0}, schedule: {warmup_steps: 0}, ema: null}
train: {steps: 150, batch: 16, log_steps: 50, save_steps: 150}
)")
                          .string();
  const auto trained = run_to_end(scratch, "trm-train", {config, "--run", run});
  INFO(trained.err);
  REQUIRE(trained.code == 0);
  const auto result = (scratch / "result.json").string(),
             file = (scratch / "x.safetensors").string();
  const auto done = run_to_end(scratch, "trm-eval",
                               {run, "--json", result, "--predictions", file, "--show", "1"});
  INFO(done.err);
  REQUIRE(done.code == 0);
  CHECK(contains(done.out, " 999 999"));
  const auto outputs = load_archive(file);
  const auto rows = torch::arange(kExamples, at::kInt).unsqueeze(1);
  CHECK(outputs.at("inputs").select(1, 0).equal((230 + 40 * rows).squeeze(1)));
  CHECK(outputs.at("labels").equal((999 - 40 * rows).expand({kExamples, kCells})));
  // The program's own score is that of its predictions, and no byte's.
  const auto exact = outputs.at("preds").eq(outputs.at("labels")).all(1).to(at::kDouble).mean();
  CHECK(nlohmann::json::parse(read_text(result))["exact_accuracy"] == Approx(exact.item<double>()));
  CHECK(exact.item<double>() > 0.9);
  const auto solved = run_to_end(scratch, "trm-solve", {run, "270 1 1 1 1 1"});
  INFO(solved.err);
  CHECK(contains(solved.out, "answer 959 959 959 959 959 959"));
  CHECK(run_to_end(scratch, "trm-data", {"inspect", data}).code == 0);
}

}  // namespace trm
