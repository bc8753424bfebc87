#include "eval/outputs.h"

#include <fstream>

#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::eval {
namespace {

constexpr int64_t kCells = 100, kVocabulary = 64;

// A batch of answers whose numbers are those of its first puzzle.
struct Made {
  Batch batch;
  torch::Tensor predictions;
  std::vector<int64_t> examples;
  model::Output output;

  Made(int64_t first, int64_t rows, int64_t padding) {
    const auto filled = [&](at::IntArrayRef shape) { return torch::full(shape, first, at::kInt); };
    batch = {filled({rows, kCells}), filled({rows, kCells}), filled({rows}), rows};
    predictions = filled({rows, kCells});
    for (int64_t i = 0; i < rows; ++i) examples.push_back(first + i);
    // A halting value as the head gives it: a column of two.
    const auto q = torch::arange(2 * (rows + padding), at::kFloat).view({rows + padding, 2});
    output.logits = torch::full({rows + padding, kCells, kVocabulary}, first, at::kFloat);
    output.q_halt = q.select(1, 0);
    output.q_continue = q.select(1, 1);
  }
  History history;
  Answers answers() const { return {batch, predictions, examples, output, history, nullptr, {}}; }
};

// Bytes of this process that are in memory.
int64_t resident() {
  std::ifstream file("/proc/self/statm");
  int64_t all = 0, pages = 0;
  file >> all >> pages;
  return pages * 4096;
}

TEST_CASE("outputs come out as they went in, padding left out", "[unit]") {
  const ScratchFolder scratch;
  OutputWriter writer(scratch / "x.safetensors",
                      {"preds", "inputs", "logits", "q_halt_logits", "puzzle_identifiers"}, 5);
  writer.add(Made(0, 3, 0).answers());
  CHECK_FALSE(fs::exists(scratch / "x.safetensors"));
  writer.add(Made(3, 2, 1).answers());
  writer.commit();
  const auto outputs = load_archive(scratch / "x.safetensors");
  CHECK(outputs.tensors.size() == 6);
  CHECK(outputs.at("example").equal(torch::arange(5)));
  CHECK(outputs.at("preds").sizes() == at::IntArrayRef({5, kCells}));
  CHECK(outputs.at("inputs").select(1, 7).equal(torch::tensor({0, 0, 0, 3, 3}, at::kInt)));
  CHECK(outputs.at("logits").sizes() == at::IntArrayRef({5, kCells, kVocabulary}));
  CHECK(outputs.at("logits")[4].eq(3).all().item<bool>());
  CHECK(outputs.at("q_halt_logits").equal(torch::tensor({0, 2, 4, 0, 2}, at::kFloat)));
}

TEST_CASE("exact tells right answers, wrong ones and those that are not known", "[unit]") {
  const ScratchFolder scratch;
  Made made(0, 4, 0);
  made.predictions[1][kCells - 1] = 5;        // one wrong cell
  made.batch.labels[2].fill_(kIgnoredLabel);  // nothing is asked
  made.batch.labels[3].slice(0, 1).fill_(kIgnoredLabel);
  made.predictions[3].slice(0, 1).fill_(7);  // wrong where nothing is asked
  OutputWriter writer(scratch / "x.safetensors", {"exact"}, 4);
  writer.add(made.answers());
  writer.commit();
  const auto outputs = load_archive(scratch / "x.safetensors");
  CHECK(outputs.at("exact").equal(torch::tensor({1, 0, -1, 1}, at::kChar)));
}

TEST_CASE("an evaluation that was stopped leaves no outputs", "[unit]") {
  const ScratchFolder scratch;
  {
    OutputWriter writer(scratch / "x.safetensors", {"preds"}, 5);
    writer.add(Made(0, 3, 0).answers());
  }
  CHECK(fs::is_empty(scratch.path()));
  OutputWriter writer(scratch / "x.safetensors", {"preds"}, 5);
  writer.add(Made(0, 3, 0).answers());
  CHECK_THROWS_AS(writer.commit(), std::logic_error);
  CHECK_THROWS_AS(writer.add(Made(3, 3, 0).answers()), std::logic_error);
}

TEST_CASE("outputs of any number of puzzles take the memory of a batch", "[unit]") {
  const ScratchFolder scratch;
  constexpr int64_t kRows = 40, kBatches = 100;  // of 1 MB of logits each
  OutputWriter writer(scratch / "x.safetensors", {"logits"}, kRows * kBatches);
  writer.add(Made(0, kRows, 0).answers());
  const auto before = resident();
  for (int64_t b = 1; b < kBatches; ++b) writer.add(Made(b * kRows, kRows, 0).answers());
  CHECK(resident() - before < (int64_t{16} << 20));
  writer.commit();
  CHECK(fs::file_size(scratch / "x.safetensors") > 100'000'000);
}

}  // namespace
}  // namespace trm::eval
