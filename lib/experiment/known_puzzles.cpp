#include "experiment/known_puzzles.h"

#include <ATen/ops/cat.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/log.h"
#include "data/identifiers.h"

namespace trm::experiment {
namespace {

constexpr const char* kTable = "puzzle_emb.weights";

// "2 of 4 tasks ('a', 'b'), 8 puzzles with their copies"; nothing where all are known.
struct Unknown {
  std::set<std::string> tasks, all_tasks;
  int64_t puzzles = 0;

  void count(const data::PuzzleName& name, bool known) {
    all_tasks.insert(name.puzzle);
    if (known) return;
    tasks.insert(name.puzzle);
    ++puzzles;
  }
  std::string text() const {
    return fmt::format(
        "{} of {} tasks ({}), {} puzzles with their copies", tasks.size(), all_tasks.size(),
        data::some_of(std::vector<std::string>(tasks.begin(), tasks.end())), puzzles);
  }
};

// Adds a row to a puzzle table, the mean of all that are there; its number.
int32_t add_mean(nn::PuzzleEmbedding& puzzles) {
  torch::NoGradGuard no_grad;
  auto table = puzzles.table();  // the same memory
  table.set_(at::cat({table, table.mean(0, /*keepdim=*/true)}));
  return static_cast<int32_t>(table.size(0)) - 1;
}

// The ids that the examples' puzzles have.
std::set<int32_t> ids_of(const Examples& examples) {
  std::set<int32_t> ids;
  for (const auto example : examples.numbers)
    ids.insert(examples.data->puzzle_id(examples.data->puzzle_of(example)));
  ids.erase(0);
  return ids;
}

void check_trusted(const TrainedModel& trained, const data::Dataset& data, const char* why) {
  const auto model = trained.model->spec().puzzles, ids = data.info().puzzle_ids;
  if (ids > model) {
    throw Error(fmt::format("{}: {} puzzle ids, and the model has {}; it cannot know the others",
                            data.name(), ids, model));
  }
  log_warning(fmt::format(
      "{}: {}, so that puzzle ids are trusted: scores mean something only where {} numbers its "
      "puzzles as the training data did",
      trained.source.string(), why, data.name()));
}

}  // namespace

Examples as_model_knows(TrainedModel& trained, const Examples& examples,
                        const std::string& unknown) {
  auto* table = trained.model->puzzle_embedding();
  const auto& data = *examples.data;
  if (!table || data.info().puzzle_ids == 1) return examples;
  const auto own = data::names_of(data);
  if (!own || !trained.names) {
    check_trusted(trained, data,
                  own ? "keeps no names of its puzzles" : "the data has no identifiers.json");
    return examples;
  }
  auto rows = own->rows_in(*trained.names);
  Unknown missing;
  for (const auto id : ids_of(examples))
    missing.count(*own->at(id), rows[static_cast<size_t>(id)] >= 0);
  if (missing.puzzles > 0 && unknown == "refuse") {
    throw Error(fmt::format(
        "{}: the model of {} does not know {}; take the mean of its puzzle embedding for them with "
        "--unknown mean, or name a folder of tasks that it was trained on",
        data.name(), trained.source.string(), missing.text()));
  }
  const auto mean = missing.puzzles > 0 ? add_mean(*table) : 0;
  if (missing.puzzles > 0) {
    log_warning(
        fmt::format("{}: the mean of the puzzle embedding for {}, which the model does not know",
                    data.name(), missing.text()));
  }
  std::replace(rows.begin(), rows.end(), -1, mean);
  return {data::Dataset::join({examples.data}, {rows}, table->table().size(0)), examples.numbers};
}

std::optional<data::PuzzleNames> names_in(const DataConfig& trained_on, int64_t puzzles) {
  if (trained_on.path.empty() || !trained_on.more.empty() || trained_on.canvas) return std::nullopt;
  const fs::path folder = trained_on.path;
  for (const char* file : {data::kIdentifiersFile, "train/dataset.json", "test/dataset.json"}) {
    if (!fs::is_regular_file(folder / file)) return std::nullopt;
  }
  const auto train = data::Dataset::open(folder, "train"),
             test = data::Dataset::open(folder, "test");
  if (train->info().puzzle_ids != puzzles || test->info().puzzle_ids != puzzles)
    return std::nullopt;
  return data::names_of(*train, *test);
}

void check_same_names(const std::optional<data::PuzzleNames>& own,
                      const run::Checkpoint& checkpoint) {
  const auto before = puzzle_names(checkpoint);
  if (!before || !own || *before == *own) return;
  throw Error(checkpoint.folder().string() +
              ": its puzzles have other names in identifiers.json now; put that back, or start "
              "another run with --run");
}

void fit_puzzle_table(Archive& weights, const std::optional<data::PuzzleNames>& names,
                      const model::Model& model, const std::optional<data::PuzzleNames>& own,
                      const std::string& unknown) {
  const auto all = model.named_weights();
  const auto mine =
      std::find_if(all.begin(), all.end(), [](const auto& w) { return w.name == kTable; });
  const auto theirs = std::find_if(weights.tensors.begin(), weights.tensors.end(),
                                   [](const auto& w) { return w.name == kTable; });
  if (mine == all.end() || theirs == weights.tensors.end()) return;
  auto& table = theirs->value;
  const auto& shape = mine->value.sizes();
  // Another width is no table for this model; loading says so.
  if (table.dim() != 2 || table.size(1) != shape[1] || table.size(0) == 0) return;
  const auto mean = table.mean(0, /*keepdim=*/true);
  if (!names || !own || shape[0] == 1) {
    const bool fits = table.size(0) == shape[0];
    if (shape[0] > 1) {
      log_warning(fmt::format(
          "init.from: {}: names of puzzles are not known on both sides, so that {}", weights.where,
          fits ? "puzzle ids are trusted" : "every puzzle starts from the mean of its embedding"));
    }
    if (!fits) table = mean.expand(shape);
    return;
  }
  const auto rows = own->rows_in(*names);
  Unknown missing;
  std::vector<int64_t> from;
  for (int64_t id = 0; id < own->ids(); ++id) {
    const auto row = rows[static_cast<size_t>(id)];
    if (const auto name = own->at(id)) missing.count(*name, row >= 0);
    from.push_back(row >= 0 ? row : table.size(0));
  }
  if (missing.puzzles > 0 && unknown == "refuse") {
    throw Error(fmt::format(
        "init.from: {} does not know {}; set init.unknown=mean to start them from the mean of its "
        "puzzle embedding, or train on tasks that it knows",
        weights.where, missing.text()));
  }
  table = at::cat({table, mean}).index_select(0, torch::tensor(from));
}

}  // namespace trm::experiment
