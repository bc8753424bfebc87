#include "apps/data_inspect.h"

#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>

#include "apps/app.h"
#include "core/file.h"
#include "core/terminal.h"
#include "data/loader.h"
#include "data/tasks.h"

namespace trm::apps {
namespace {

using nlohmann::ordered_json;

using Histogram = std::map<int64_t, int64_t>;

struct SplitReport {
  std::string name;
  std::shared_ptr<const data::Dataset> data;
  Histogram sizes, ratings;
  std::vector<data::Score> copying;  // what the inputs score as answers, for a model to beat
};

// Whether the input is its own answer.
bool solved_already(const std::vector<uint8_t>& input, const std::vector<uint8_t>& label,
                    std::optional<int64_t> ignored_label) {
  for (size_t i = 0; i < label.size(); ++i) {
    if (label[i] != input[i] && ignored_label != label[i]) return false;
  }
  return true;
}

// An example as it is read, and as a training row may see it.
struct Shown {
  std::vector<uint8_t> input, label, moved_input, moved_label;
  bool moved;  // whether training may see it otherwise than it is read
};

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

Shown example_of(const data::Dataset& data, const data::Task& task, int64_t example) {
  const auto cells = static_cast<size_t>(data.info().cells);
  Shown shown{std::vector<uint8_t>(cells), std::vector<uint8_t>(cells), std::vector<uint8_t>(cells),
              std::vector<uint8_t>(cells), false};
  data::read_copy(data, &task, example, shown.input, shown.label);
  Stream stream(0, "inspect", static_cast<uint64_t>(example));
  const auto other = of_another_copy(data, example, stream);
  data::read_copy(data, &task, other, shown.moved_input, shown.moved_label);
  if (task.augments()) task.augment(shown.moved_input, shown.moved_label, stream);
  shown.moved = other != example || task.augments();
  return shown;
}

// Reads every example, which checks every token.
SplitReport inspect_split(const std::string& folder, const std::string& split,
                          const data::Task& task) {
  SplitReport report{split, data::Dataset::open(folder, split), {}, {}, {}};
  data::MeanScorer copying(task);
  int64_t count = 0, solved = 0;
  const auto cells = static_cast<size_t>(report.data->info().cells);
  std::vector<uint8_t> input(cells), label(cells);
  for (int64_t i = 0; i < report.data->examples(); ++i) {
    // Copies that are made while reading have the sizes of their puzzle.
    if (report.data->stored(i).augmentation != 0) continue;
    report.data->read(i, input, label);
    ++report.sizes[task.size_of(input)];
    copying.add({i, input, input, 0});
    solved += solved_already(input, label, report.data->info().ignored_label) ? 1 : 0;
    ++count;
    if (const auto rating = report.data->rating(i)) ++report.ratings[*rating];
  }
  const double share =
      static_cast<double>(solved) / static_cast<double>(std::max(count, int64_t{1}));
  report.copying = {{"exact_accuracy", share}};
  for (auto& score : copying.report().scores) report.copying.push_back(std::move(score));
  return report;
}

// At most twelve lines: neighbouring values share one where there are more.
std::string draw_histogram(const std::string& title, const Histogram& counts) {
  if (counts.empty()) return "";
  constexpr int64_t kLines = 12, kWidth = 40;
  const int64_t low = counts.begin()->first, high = counts.rbegin()->first;
  const int64_t step = (high - low) / kLines + 1;
  Histogram bins;
  int64_t most = 0;
  for (const auto& [value, count] : counts) {
    most = std::max(most, bins[low + (value - low) / step * step] += count);
  }
  auto text = fmt::format("  {}\n", title);
  for (const auto& [from, count] : bins) {
    const auto range =
        step == 1 ? std::to_string(from) : fmt::format("{}-{}", from, from + step - 1);
    text += fmt::format("  {:>9} {:>8}  {}\n", range, count,
                        std::string(static_cast<size_t>((count * kWidth + most - 1) / most), '#'));
  }
  return text;
}

std::string describe(const SplitReport& report, const data::Task& task, int64_t show) {
  const auto& data = *report.data;
  auto text =
      fmt::format("{}: {} groups, {} puzzles, {} examples of {} cells, {} tokens, {} puzzle ids\n",
                  report.name, data.groups(), data.puzzles(), data.examples(), data.info().cells,
                  data.info().vocabulary, data.info().puzzle_ids);
  text += draw_histogram(task.size_name(), report.sizes);
  text += draw_histogram("rating", report.ratings);
  text += "  copying the input scores";
  for (const auto& score : report.copying)
    text += fmt::format("  {} {:.2f} %", score.name, 100 * score.mean);
  text += "\n";
  const bool colours = has_colours(STDOUT_FILENO);
  const auto drawn = [&](const std::vector<uint8_t>& tokens) {
    return colours ? data::paint_for_terminal(task.picture(tokens)) : task.draw(tokens);
  };
  for (int64_t i = 0; i < std::min(show, data.examples()); ++i) {
    const auto shown = example_of(data, task, i);
    text += fmt::format("  example {}{}\n{}\n{}", i,
                        data.rating(i) ? fmt::format(", rating {}", *data.rating(i)) : "",
                        drawn(shown.input), drawn(shown.label));
    if (shown.moved) {
      text += fmt::format("  as a training row may see it\n{}\n{}", drawn(shown.moved_input),
                          drawn(shown.moved_label));
    }
  }
  return text;
}

ordered_json histogram_json(const Histogram& counts) {
  auto json = ordered_json::object();
  for (const auto& [value, count] : counts) json[std::to_string(value)] = count;
  return json;
}

ordered_json split_json(const SplitReport& report, const data::Task& task) {
  const auto& data = *report.data;
  auto copying = ordered_json::object();
  for (const auto& score : report.copying) copying[score.name] = score.mean;
  return {{"groups", data.groups()},
          {"puzzles", data.puzzles()},
          {"examples", data.examples()},
          {"cells", data.info().cells},
          {"vocabulary", data.info().vocabulary},
          {"puzzle_ids", data.info().puzzle_ids},
          {"mean_puzzle_examples", data.info().mean_examples},
          {task.size_name(), histogram_json(report.sizes)},
          {"ratings", histogram_json(report.ratings)},
          {"copying_the_input", copying},
          {"sha256", data.hash()}};
}

// A page with the first examples of both splits, before and after augmentation.
std::string page_of(const std::string& folder, std::span<const SplitReport> splits,
                    const data::Task& task, int64_t show) {
  auto text = fmt::format("<!doctype html><meta charset=\"utf-8\"><title>{0}</title><h1>{0}</h1>\n",
                          folder);
  for (const auto& split : splits) {
    text += fmt::format("<h2>{}</h2>\n", split.name);
    for (int64_t i = 0; i < std::min(show, split.data->examples()); ++i) {
      const auto shown = example_of(*split.data, task, i);
      text += fmt::format("<h3>example {}</h3><div style=\"display:flex;gap:24px\">\n", i);
      for (const auto* tokens :
           {&shown.input, &shown.label, &shown.moved_input, &shown.moved_label}) {
        text += data::paint_for_page(task.picture(*tokens));
        if (tokens == &shown.label && !shown.moved) break;
      }
      text += "</div>\n";
    }
  }
  return text;
}

// By its sizes; where these are of several kinds, as of 4x4 mazes, what it was made as decides.
data::AnyTask kind_of(const data::FolderReport& about, const data::PackedInfo& info) {
  auto kind = data::task_that_fits(info);
  data::AnyTask::each([&](const auto& config) {
    const data::AnyTask named(config);
    const bool made_as = about.has_provenance && named.kind() == about.provenance.task;
    if (made_as && data::fits(named, info)) kind = named;
  });
  return kind;
}

void inspect(const std::string& folder, bool as_json, int64_t show, const std::string& page) {
  const auto info = data::Dataset::open(folder, "train")->info();
  const auto about = data::inspect_folder(folder);
  const auto kind = kind_of(about, info);
  const auto task = kind.create<data::Task>(info);
  const SplitReport splits[] = {inspect_split(folder, "train", *task),
                                inspect_split(folder, "test", *task)};
  if (!page.empty()) write_text(page, page_of(folder, splits, *task, show));
  if (as_json) {
    ordered_json json = {{"folder", folder}, {"task", kind.kind()}};
    for (const auto& split : splits) json[split.name] = split_json(split, *task);
    if (about.has_provenance) {
      json["made_by"] = about.provenance.made_by;
      json["command"] = about.provenance.command;
      json["changed_files"] = about.changed;
    }
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("{} ({})\n", folder, kind.kind());
  if (about.has_provenance) {
    fmt::print("made by {}: {}\n", about.provenance.made_by, about.provenance.command);
    for (const auto& file : about.changed) {
      fmt::print("warning: {} is not as it was written\n", file);
    }
  } else {
    fmt::print("no {}: made by another program\n", data::kProvenanceFile);
  }
  for (const auto& split : splits) fmt::print("\n{}", describe(split, *task, show));
}

}  // namespace

void add_inspect(CLI::App& app, std::function<void()>& chosen) {
  struct Options {
    std::string folder, page;
    bool json = false;
    int64_t show = 2;
  };
  auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("inspect", "Sizes, histograms and a few puzzles of a data folder");
  command->add_option("folder", options->folder, "The data folder")->required();
  command->add_flag("--json", options->json, "Everything but the drawings, as JSON");
  command->add_option("--show", options->show, "Puzzles to draw of each split")
      ->check(at_least(0))
      ->capture_default_str();
  command->add_option("--html", options->page,
                      "Write the puzzles, before and after augmentation, to this page");
  command->callback([options, &chosen] {
    chosen = [options] { inspect(options->folder, options->json, options->show, options->page); };
  });
}

}  // namespace trm::apps
