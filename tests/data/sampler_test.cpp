#include <map>
#include <numeric>
#include <set>

#include "data/loader.h"
#include "data/samplers.h"
#include "data/tasks/sudoku/build.h"
#include "data/tasks/sudoku/generate.h"
#include "data/tasks/sudoku/task.h"
#include "tensor/archive.h"
#include "tests/catch.h"
#include "tests/golden_folder.h"
#include "tests/scratch_folder.h"

namespace trm::data {
namespace {

std::vector<int64_t> all_groups(const Dataset& data) {
  std::vector<int64_t> groups(static_cast<size_t>(data.groups()));
  std::iota(groups.begin(), groups.end(), int64_t{0});
  return groups;
}

SamplerContext context_of(const std::shared_ptr<const Dataset>& data, int64_t batch,
                          uint64_t seed) {
  return {data, all_groups(*data), batch, seed};
}

bool equal(const Batch& a, const torch::Tensor& inputs, const torch::Tensor& labels,
           const torch::Tensor& ids) {
  return a.inputs.equal(inputs) && a.labels.equal(labels) && a.puzzle_ids.equal(ids);
}

// The reference's batches of a set: two ranks of four rows, three epochs an iteration, seed 0, and
// numpy's global generator seeded with 123 before the first iteration.
void check_training(const std::string& set, const Archive& golden) {
  const auto data = Dataset::open(golden_folder() / "data" / (set + "_out"), "train");
  const BatchReader reader(data);
  Numpy sampler({.epochs = 3}, context_of(data, 8, 0), NumpyLegacy(123));
  const auto next = [&] {
    auto examples = sampler.next();
    return examples.empty() ? sampler.next() : examples;  // an iteration ended
  };
  int compared = 0;
  for (int iteration = 0; iteration < 2; ++iteration) {
    for (int b = 0;; ++b) {
      const auto name = [&](int rank, const std::string& field) {
        return set + ".train.rank" + std::to_string(rank) + ".iter" + std::to_string(iteration) +
               ".batch" + std::to_string(b) + "." + field;
      };
      if (!golden.find(name(0, "inputs"))) break;
      INFO(name(0, "inputs"));
      const auto batch = reader.read(next(), 0, 1);
      for (int rank = 0; rank < 2; ++rank) {
        CHECK(equal(batch.slice(rank * 4, rank * 4 + 4), golden.at(name(rank, "inputs")),
                    golden.at(name(rank, "labels")), golden.at(name(rank, "puzzle_identifiers"))));
        ++compared;
      }
    }
  }
  CHECK(compared == (set == "arc" ? 30 : 4));
}

void check_evaluation(const std::string& set, const Archive& golden) {
  const auto data = Dataset::open(golden_folder() / "data" / (set + "_out"), "test");
  const BatchReader reader(data);
  int compared = 0;
  for (int64_t begin = 0; begin < data->examples(); begin += 8) {
    for (int64_t rank = 0; rank < 2; ++rank) {
      std::vector<int64_t> examples;
      for (int64_t e = begin + rank * 4; e < std::min(begin + rank * 4 + 4, data->examples());
           ++e) {
        examples.push_back(e);
      }
      const auto prefix =
          set + ".test.rank" + std::to_string(rank) + ".batch" + std::to_string(begin / 8) + ".";
      INFO(prefix);
      CHECK(equal(reader.read_padded(examples, 4), golden.at(prefix + "inputs"),
                  golden.at(prefix + "labels"), golden.at(prefix + "puzzle_identifiers")));
      ++compared;
    }
  }
  CHECK(compared == (set == "arc" ? 8 : 2));
}

// A small 4x4 Sudoku set on disk.
struct SudokuFolder {
  ScratchFolder scratch;
  std::shared_ptr<const Dataset> data;

  SudokuFolder() {
    auto progress = Progress::silent();
    const auto made =
        sudoku::generate({.box = {2, 2}, .train = 21, .test = 4, .seed = 3}, progress);
    PackedSet set;
    set.cells = 16;
    set.vocabulary = 6;
    set.train = sudoku::pack(made.train, {2, 2});
    set.test = sudoku::pack(made.test, {2, 2});
    write_packed(scratch / "set", set);
    data = Dataset::open(scratch / "set", "train");
  }
};

}  // namespace

TEST_CASE("the numpy sampler gives the reference's batches, byte for byte", "[golden]") {
  const auto golden = load_archive(golden_folder() / "data/sampler.safetensors");
  check_training("arc", golden);
  check_training("sudoku", golden);
}

TEST_CASE("evaluation batches are the reference's, padding included", "[golden]") {
  const auto golden = load_archive(golden_folder() / "data/sampler.safetensors");
  check_evaluation("arc", golden);
  check_evaluation("sudoku", golden);
}

TEST_CASE("every sampler gives a batch as a function of seed and step alone", "[conformance]") {
  const SudokuFolder folder;
  AnySampler::each([&](const auto& config) {
    INFO(config.kind);
    const AnySampler choice(config);
    const auto context = context_of(folder.data, 8, 5);
    const auto forward = choice.create<Sampler>(context);
    std::map<int64_t, std::vector<int64_t>> batches;
    for (int64_t step = 1; step <= 12; ++step) batches[step] = forward->batch(step);
    for (const int64_t step : {7, 3, 12, 1, 3}) {
      CHECK(choice.create<Sampler>(context)->batch(step) == batches[step]);
      CHECK(forward->batch(step) == batches[step]);
    }
    CHECK(choice.create<Sampler>(context_of(folder.data, 8, 6))->batch(1) != batches[1]);
  });
}

TEST_CASE("the shuffled sampler takes every example once an epoch", "[unit]") {
  const SudokuFolder folder;
  const auto sampler =
      AnySampler(Shuffled::Config{}).create<Sampler>(context_of(folder.data, 7, 1));
  std::set<std::vector<int64_t>> orders;
  for (int64_t epoch = 0; epoch < 5; ++epoch) {
    std::vector<int64_t> seen;
    for (int64_t i = 1; i <= 3; ++i) {
      const auto batch = sampler->batch(3 * epoch + i);
      seen.insert(seen.end(), batch.begin(), batch.end());
    }
    orders.insert(seen);
    std::sort(seen.begin(), seen.end());
    CHECK(seen == all_groups(*folder.data));
  }
  CHECK(orders.size() == 5);
}

TEST_CASE("the shuffled sampler draws all puzzles of a group", "[unit]") {
  const auto data = Dataset::open(golden_folder() / "data/sudoku_out", "train");
  const auto sampler = AnySampler(Shuffled::Config{}).create<Sampler>(context_of(data, 4, 1));
  std::set<int64_t> seen;
  for (int64_t step = 1; step <= 200; ++step) {
    for (const int64_t example : sampler->batch(step)) seen.insert(example);
  }
  CHECK(static_cast<int64_t>(seen.size()) == data->examples());
}

TEST_CASE("the numpy sampler refuses an iteration that fills no batch", "[unit]") {
  const SudokuFolder folder;
  CHECK(contains(error_of([&] { Numpy({.epochs = 1}, context_of(folder.data, 22, 0)); }),
                 "do not fill a batch of 22"));
}

TEST_CASE("a loader of some rows or of later steps gives what all of them have", "[unit]") {
  const SudokuFolder folder;
  const auto task = std::make_shared<Sudoku>(Sudoku::Config{}, folder.data->info());
  const auto open = [&](int64_t first_step, Loader::Rows rows = {0, 8}) {
    const auto sampler =
        AnySampler(Shuffled::Config{}).create<Sampler>(context_of(folder.data, 8, 2));
    return std::make_unique<Loader>(folder.data, task, sampler, 2, first_step, rows);
  };
  const auto early = open(1), late = open(6), some = open(6, {3, 4});
  for (int i = 0; i < 5; ++i) early->next();
  for (int i = 0; i < 5; ++i) {
    const auto a = early->next(), b = late->next(), part = a.slice(3, 7);
    CHECK(equal(some->next(), part.inputs, part.labels, part.puzzle_ids));
    CHECK(equal(a, b.inputs, b.labels, b.puzzle_ids));
    // Every augmented row is still a puzzle with its answer.
    for (int64_t r = 0; r < a.rows(); ++r) {
      const auto given = a.inputs[r].gt(1);
      CHECK(a.inputs[r].masked_select(given).equal(a.labels[r].masked_select(given)));
    }
  }
}

TEST_CASE("a loader hands on what goes wrong in its thread", "[unit]") {
  const SudokuFolder folder;
  auto progress = Progress::silent();
  const auto made = sudoku::generate({.box = {2, 2}, .train = 2, .test = 1, .seed = 3}, progress);
  PackedSet set;
  set.cells = 16;
  set.vocabulary = 5;  // one less than the digits need
  set.train = sudoku::pack(made.train, {2, 2});
  set.test = sudoku::pack(made.test, {2, 2});
  write_packed(folder.scratch / "bad", set);
  const auto data = Dataset::open(folder.scratch / "bad", "train");
  const auto task = std::make_shared<Sudoku>(Sudoku::Config{}, folder.data->info());
  Loader loader(data, task, AnySampler().create<Sampler>(context_of(data, 2, 0)), 0, 1, {0, 2});
  CHECK(contains(error_of([&] { loader.next(); }), "token 5 in a vocabulary of 5"));
}

}  // namespace trm::data
