#include "data/tasks/arc/build.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.h"
#include "core/printable.h"
#include "data/parallel.h"
#include "data/tasks/arc/grid_json.h"
#include "data/tasks/arc/layout.h"

namespace trm::data::arc {
namespace {

using nlohmann::ordered_json;

ordered_json json_of(const std::vector<Pair>& pairs, bool solved) {
  auto list = ordered_json::array();
  for (const auto& pair : pairs) {
    auto& json = list.emplace_back(ordered_json{{"input", json_of(pair.input)}});
    if (solved) json["output"] = json_of(pair.output);
  }
  return list;
}

// The reference's test_puzzles.json: the tested tasks with their answers. Those that are not known
// are left out, or with `placeholders` [[0]], as the reference has them.
std::string test_puzzles(const std::vector<PlannedPuzzle>& planned, bool placeholders) {
  auto json = ordered_json::object();
  for (const auto& plan : planned) {
    if (!plan.tested) continue;
    auto& puzzle = json[plan.puzzle->name];
    const auto train = json_of(plan.puzzle->train, true),
               test = json_of(plan.puzzle->test, plan.puzzle->solved || placeholders);
    puzzle = plan.puzzle->test_first ? ordered_json{{"test", test}, {"train", train}}
                                     : ordered_json{{"train", train}, {"test", test}};
  }
  return python_style(json);
}

// Tasks in their order, with their transforms. NumPy's numbers follow each other through all of
// them.
std::vector<PlannedPuzzle> plan(const BuildRequest& request, NumpyLegacy& random,
                                Progress& progress) {
  std::vector<PlannedPuzzle> planned;
  for (const auto& subset : request.subsets) {
    std::vector<const Puzzle*> order;
    for (const auto& puzzle : subset.puzzles) order.push_back(&puzzle);
    if (request.numpy) random.shuffle(std::span(order));
    for (const auto* puzzle : order) {
      planned.push_back({puzzle, subset.tested, {}});
      if (!request.numpy) continue;
      planned.back().transforms = draw_transforms(*puzzle, request.augmentations, random);
      progress.update(static_cast<int64_t>(planned.size()));
    }
  }
  if (request.numpy) return planned;
  in_parallel(
      static_cast<int64_t>(planned.size()), 0,
      [&](int64_t i) {
        auto& puzzle = planned[static_cast<size_t>(i)];
        puzzle.transforms = draw_transforms(*puzzle.puzzle, request.augmentations, request.seed);
      },
      [&](int64_t done) { progress.update(done); });
  return planned;
}

// In the references' folders a copy is known by what follows the task's name.
void check_names(const std::vector<PlannedPuzzle>& planned) {
  for (const auto& plan : planned) {
    const auto& name = plan.puzzle->name;
    if (parse_identifier(name).puzzle == name) continue;
    throw Error("task '" + printable(name) +
                "': its name ends as a copy's does, so that a prebuilt folder would take it for "
                "one; rename the task or leave --prebuilt out");
  }
}

}  // namespace

PackedSet build(const BuildRequest& request, Progress& progress) {
  auto random = std::make_shared<NumpyLegacy>(request.seed);
  const auto planned =
      std::make_shared<const std::vector<PlannedPuzzle>>(plan(request, *random, progress));
  if (request.prebuilt) check_names(*planned);
  PackedSet set;
  set.cells = kMostSide * kMostSide;
  set.vocabulary = kVocabulary;
  Identifiers identifiers(request.prebuilt);
  for (const bool train : {true, false}) {
    auto& split = train ? set.train : set.test;
    const auto layout = lay_out(*planned, train, request.prebuilt, identifiers, split);
    split.stream = [=, &request](const auto& write) {
      // The reference draws the translations of the train split, then of the test split.
      auto numbers = request.numpy ? Translations(random) : Translations(request.seed);
      write_rows(*planned, layout, train, request.prebuilt, numbers, write);
    };
  }
  set.identifiers = identifiers.names();
  set.augmentations = identifiers.augmentations();
  set.files["test_puzzles.json"] = test_puzzles(*planned, request.prebuilt);
  return set;
}

}  // namespace trm::data::arc
