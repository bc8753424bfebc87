#include "apps/inspect_example.h"

#include <fmt/format.h>

#include "core/file.h"
#include "data/identifiers.h"
#include "data/loader.h"

namespace trm::apps {
namespace {

// The same example of another copy of its puzzle; itself where there is none.
int64_t of_another_copy(const data::Dataset& data, int64_t example, Stream& stream) {
  const auto puzzle = data.puzzle_of(example);
  const auto group = static_cast<size_t>(data.group_of(puzzle));
  const int64_t first = data.group_begin()[group], count = data.group_begin()[group + 1] - first;
  if (count == 1) return example;
  auto other = first + static_cast<int64_t>(stream.below(static_cast<uint64_t>(count - 1)));
  other += other >= puzzle ? 1 : 0;
  const auto& begin = data.puzzle_begin();
  const int64_t place = example - begin[static_cast<size_t>(puzzle)];
  const int64_t found = begin[static_cast<size_t>(other)] + place;
  return found < begin[static_cast<size_t>(other) + 1] ? found : example;
}

}  // namespace

ShownExample show_example(const data::Dataset& data, const data::Task& task, int64_t example) {
  const auto cells = static_cast<size_t>(data.info().cells);
  const std::vector<data::Token> empty(cells);
  ShownExample shown{empty, empty, empty, empty, false};
  data::read_copy(data, &task, example, shown.input, shown.label);
  Stream stream(0, "inspect", static_cast<uint64_t>(example));
  const auto other = of_another_copy(data, example, stream);
  data::read_copy(data, &task, other, shown.moved_input, shown.moved_label);
  if (task.augments()) task.augment(shown.moved_input, shown.moved_label, stream);
  shown.moved = other != example || task.augments();
  return shown;
}

TaskNames task_names(const data::Dataset& data) {
  TaskNames names(data.folders());
  for (size_t i = 0; i < names.size(); ++i) {
    if (fs::exists(data.folder(i) / data::kIdentifiersFile))
      names[i] = data::read_identifiers(data, i);
  }
  return names;
}

std::string name_of_example(const data::Dataset& data, const TaskNames& names, int64_t example) {
  const auto stored = data.stored(example);
  const auto& list = names[stored.folder];
  // Identifier 0 is the blank one, which all puzzles without one of their own share.
  if (stored.identifier <= 0 || static_cast<size_t>(stored.identifier) >= list.size()) return "";
  return fmt::format("task {}{}, puzzle id {}", list[static_cast<size_t>(stored.identifier)],
                     stored.augmentation != 0 ? ", a copy" : "",
                     data.puzzle_id(data.puzzle_of(example)));
}

std::string describe_example(const data::Dataset& data, const TaskNames& names, int64_t example) {
  auto text = name_of_example(data, names, example);
  if (const auto rating = data.rating(example))
    text += fmt::format("{}rating {}", text.empty() ? "" : ", ", *rating);
  return text;
}

}  // namespace trm::apps
