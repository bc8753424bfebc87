#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "data/tasks/arc/build.h"
#include "data/tasks/arc/scorer.h"
#include "data/tasks/arc/task.h"
#include "format/json.h"
#include "tensor/archive.h"
#include "tests/catch.h"
#include "tests/data/two_tasks.h"
#include "tests/golden_folder.h"
#include "tests/scratch_folder.h"

namespace trm::data::arc {
namespace {

// The puzzle of each id, to find an example of the test split by what the reference was given.
int64_t example_with(const Dataset& data, int32_t id, const std::vector<Token>& input) {
  std::vector<Token> own(input.size()), label(input.size());
  for (int64_t p = 0; p < data.puzzles(); ++p) {
    if (data.puzzle_id(p) != id) continue;
    for (auto e = data.puzzle_begin()[static_cast<size_t>(p)];
         e < data.puzzle_begin()[static_cast<size_t>(p) + 1]; ++e) {
      data.read(e, own, label);
      if (own == input) return e;
    }
  }
  FAIL("no example has this input");
  return 0;
}

// All batches that the reference's evaluator was given, to ours.
void add_golden_answers(const Archive& golden, const Dataset& data, Scorer& scorer) {
  for (int b = 0;; ++b) {
    const auto prefix = "batch" + std::to_string(b) + ".";
    if (!golden.find(prefix + "inputs")) break;
    const auto inputs = golden.at(prefix + "inputs").to(at::kInt).contiguous();
    const auto preds = golden.at(prefix + "preds").to(at::kInt).contiguous();
    const auto ids = golden.at(prefix + "puzzle_identifiers").to(at::kInt).contiguous();
    const auto q_halt = golden.at(prefix + "q_halt_logits").to(at::kDouble).contiguous();
    for (int64_t r = 0; r < inputs.size(0); ++r) {
      const auto id = ids[r].item<int32_t>();
      if (id == 0) continue;  // padding, which our evaluator drops
      const auto* cells = inputs[r].const_data_ptr<Token>();
      const std::vector<Token> input(cells, cells + inputs.size(1));
      scorer.add({example_with(data, id, input),
                  input,
                  {preds[r].const_data_ptr<Token>(), input.size()},
                  q_halt[r].item<double>()});
    }
  }
}

TEST_CASE("votes come to what the reference's evaluator says, byte for byte", "[golden]") {
  const auto folder = golden_folder() / "data";
  const auto data = Dataset::open(folder / "arc_out", "test");
  const auto golden = load_archive(folder / "arc_eval/arc_eval.safetensors");
  std::vector<int64_t> examples(static_cast<size_t>(data->examples()));
  std::iota(examples.begin(), examples.end(), 0);
  VoteScorer scorer({*data, examples, /*compatible=*/true});
  add_golden_answers(golden, *data, scorer);
  constexpr int64_t kKs[] = {1, 2, 5};
  const auto result = scorer.report(kKs);
  CHECK(result.files.at("submission.json") == read_text(folder / "arc_eval/submission.json"));
  auto json = nlohmann::ordered_json::object();
  for (const auto& [name, mean] : result.scores) json["ARC/" + name] = mean;
  CHECK(json.dump(1) == read_text(folder / "arc_eval/result.json"));
}

TEST_CASE("each test of a task counts, solved by the first answers that the copies agree on",
          "[unit]") {
  const TwoTasks two;
  std::vector<int64_t> examples(static_cast<size_t>(two.data->examples()));
  std::iota(examples.begin(), examples.end(), 0);
  VoteScorer scorer({*two.data, examples});
  // Task a: its first test right in two of four copies, wrong with more confidence in two; its
  // second never right. Task b: right in one copy of four.
  for (int64_t e = 0; e < 8; ++e) two.answer(scorer, e, e % 2 == 0 && e < 4, e < 4 ? 0 : 2);
  for (int64_t e = 8; e < 12; ++e) two.answer(scorer, e, e == 8);
  const auto scores = scorer.report().scores;
  CHECK(scores[0].name == "pass@1");
  CHECK(scores[0].mean == 0);
  CHECK(scores[1].mean == Approx((0.5 + 1) / 2));
  const auto files = scorer.report().files;
  const auto submission = nlohmann::json::parse(files.at("submission.json"));
  CHECK(submission["a"].size() == 2);
  CHECK(submission["a"][0]["attempt_1"] == nlohmann::json({{9, 9, 9}}));
  CHECK(submission["a"][0]["attempt_2"] == nlohmann::json({{4, 3}}));
  // One distinct answer fills both attempts.
  CHECK(submission["a"][1]["attempt_1"] == submission["a"][1]["attempt_2"]);
  CHECK(nlohmann::json::parse(files.at("tasks.json"))["b"]["pass@2"] == 1);
}

TEST_CASE(
    "a test without an answer counts as wrong and has an attempt; the reference passes it over",
    "[unit]") {
  const TwoTasks two;
  const std::vector<int64_t> some = {0};
  for (const bool compatible : {false, true}) {
    VoteScorer scorer({*two.data, some, compatible});
    two.answer(scorer, 0, true);
    // Of two tests one is right; compatible counts the task that nobody was asked about, too.
    CHECK(scorer.report().scores[0].mean == Approx(compatible ? 0.25 : 0.5));
    const auto submission = nlohmann::json::parse(scorer.report().files.at("submission.json"));
    CHECK(submission["a"].size() == (compatible ? 1 : 2));
    CHECK(submission["b"].size() == (compatible ? 0 : 1));
    if (!compatible) CHECK(submission["a"][1]["attempt_1"] == nlohmann::json({{0}}));
  }
}

TEST_CASE("an empty grid has no vote; by the reference's rule it has", "[unit]") {
  const TwoTasks two;
  const std::vector<int64_t> examples = {0, 1, 2};
  for (const bool compatible : {false, true}) {
    VoteScorer scorer({*two.data, examples, compatible});
    std::vector<Token> input(900), label(900);
    const std::vector<Token> nothing(900);
    for (const int64_t e : {0, 1}) {
      two.data->read(e, input, label);
      std::vector<uint8_t> canvas(900);
      const auto copy = Transform::from_code(two.data->stored(e).augmentation);
      place(copy.apply(crop(narrowed(input))), 0, 0, canvas);
      scorer.add({e, widened(canvas), nothing, 3});
    }
    two.answer(scorer, 2, true);
    const auto first = nlohmann::json::parse(scorer.report().files.at("submission.json"))["a"][0];
    const auto right = nlohmann::json({{4, 3}}), empty = nlohmann::json::array();
    CHECK(first["attempt_1"] == (compatible ? empty : right));
    CHECK(first["attempt_2"] == right);
  }
}

TEST_CASE("a task whose solutions are not known has attempts and no score", "[unit]") {
  const Pair pair{row({1, 2}), row({2, 1})};
  const Puzzle known{.name = "known", .train = {pair}, .test = {pair}},
      unknown{.name = "unknown", .train = {pair}, .test = {{row({3}), row({0})}}, .solved = false};
  for (const bool prebuilt : {false, true}) {
    const ScratchFolder scratch;
    const BuildRequest request{
        .subsets = {{{known, unknown}, true}}, .augmentations = 0, .prebuilt = prebuilt};
    auto progress = Progress::silent();
    write_packed(scratch / "arc", build(request, progress));
    const auto data = Dataset::open(scratch / "arc", "test");
    std::vector<Token> input(900), label(900);
    data->read(1, input, label);
    const bool labelled = std::any_of(label.begin(), label.end(), [](auto t) { return t != 0; });
    CHECK(labelled == prebuilt);
    const std::vector<int64_t> both = {0, 1}, second = {1};
    VoteScorer scorer({*data, both});
    std::vector<uint8_t> canvas(900);
    place(row({8}), 0, 0, canvas);
    scorer.add({1, input, widened(canvas), 0});
    data->read(0, input, label);
    scorer.add({0, input, label, 0});
    const auto report = scorer.report();
    CHECK(report.scores.at(0).mean == 1);
    const auto tasks = nlohmann::json::parse(report.files.at("tasks.json"));
    CHECK(tasks["unknown"]["pass@2"].is_null());
    CHECK(tasks["known"]["pass@2"] == 1);
    const auto submission = nlohmann::json::parse(report.files.at("submission.json"));
    CHECK(submission["unknown"][0]["attempt_1"] == nlohmann::json({{8}}));
    CHECK(VoteScorer({*data, second}).report().scores.empty());
  }
}

TEST_CASE("a task whose name ends as a copy's does has votes of its own", "[unit]") {
  const ScratchFolder scratch;
  const std::string copy_like = "a|||t1|||0123456789";
  const Puzzle a{.name = "a", .train = {{row({1}), row({2})}}, .test = {{row({3, 4}), row({4})}}},
      b{.name = copy_like, .train = {{row({1}), row({1})}}, .test = {{row({7, 8}), row({8})}}};
  BuildRequest request{.subsets = {{{a, b}, true}}, .augmentations = 0};
  auto progress = Progress::silent();
  write_packed(scratch / "arc", build(request, progress));
  const auto data = Dataset::open(scratch / "arc", "test");
  const std::vector<int64_t> examples = {0, 1};
  VoteScorer scorer({*data, examples});
  std::vector<Token> input(900), label(900);
  data->read(1, input, label);
  scorer.add({1, input, label, 0});
  const auto tasks = nlohmann::json::parse(scorer.report().files.at("tasks.json"));
  CHECK(tasks["a"]["pass@1"] == 0);
  CHECK(tasks[copy_like]["pass@1"] == 1);
  // The references' folder has no room for such a name.
  request.prebuilt = true;
  CHECK(contains(error_of([&] { build(request, progress); }), "ends as a copy's does"));
}

TEST_CASE("only tests are voted on", "[unit]") {
  const TwoTasks two;
  const auto train = Dataset::open(two.scratch / "arc", "train");
  const std::vector<int64_t> examples = {0, 1};
  const Arc task({}, train->info());
  const auto scorer = task.scorer({*train, examples});
  std::vector<Token> input(900), label(900);
  train->read(0, input, label);
  scorer->add({0, input, label, 0});
  CHECK(scorer->report().scores.empty());
  CHECK(scorer->report().files.empty());
}

TEST_CASE("files that do not fit the examples are refused before any answer", "[unit]") {
  const struct {
    const char *file, *text, *message;
  } faults[] = {
      {"identifiers.json", R"(["<blank>", "a"])", "not a list of the 3 names"},
      {"identifiers.json", R"({"a": 1, "b": 2, "c": 3})", "not a list of the 3 names"},
      {"identifiers.json", "[1, 2, 3]", "not a list of names"},
      {"identifiers.json", R"(["<blank>", "a", "a"])", "'a' is there twice"},
      {"identifiers.json", R"(["<blank>", "a", "c"])", "no task 'c' in it"},
      {"identifiers.json", R"(["<blank>", "b", "a"])", "has not the tests of"},
      {"test_puzzles.json", "{}", "no task 'a' in it"},
      {"test_puzzles.json", R"({"a": {"train": [], "test": [{"input": [[3]]}]}})", "no task 'b'"},
      {"test_puzzles.json", R"({"a": {"train": [], "test": [{"input": [[3], [4, 5]]}]}})",
       "row 2 does not have the 1 cells"},
  };
  for (const auto& fault : faults) {
    const TwoTasks two;
    write_text(two.scratch / "arc" / fault.file, fault.text);
    const std::vector<int64_t> examples = {0, 8};
    const auto message = error_of([&] { VoteScorer scorer({*two.data, examples}); });
    INFO(fault.text << ": " << message);
    CHECK(contains(message, fault.message));
  }
}

}  // namespace
}  // namespace trm::data::arc
