#include "apps/data_inspect.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>

#include "apps/app.h"
#include "apps/data_audit.h"
#include "apps/inspect_example.h"
#include "apps/inspect_page.h"
#include "apps/result_file.h"
#include "core/file.h"
#include "core/printable.h"
#include "core/terminal.h"
#include "data/folders.h"
#include "data/tasks.h"
#include "experiment/experiment.h"

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
bool solved_already(const std::vector<data::Token>& input, const std::vector<data::Token>& label,
                    std::optional<int64_t> ignored_label) {
  for (size_t i = 0; i < label.size(); ++i) {
    if (label[i] != input[i] && ignored_label != label[i]) return false;
  }
  return true;
}

// Reads every example, which checks every token.
SplitReport inspect_split(const std::shared_ptr<const data::Dataset>& data,
                          const data::Task& task) {
  SplitReport report{data->split(), data, {}, {}, {}};
  data::MeanScorer copying(task);
  int64_t count = 0, solved = 0;
  const auto cells = static_cast<size_t>(report.data->info().cells);
  std::vector<data::Token> input(cells), label(cells);
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

// A line of words, in as many as it needs on a terminal, or where COLUMNS is set.
std::string for_page(const std::string& line) {
  if (!is_terminal(STDOUT_FILENO) && !std::getenv("COLUMNS")) return line + "\n";
  const auto lines = wrapped(line, page_width(STDOUT_FILENO), 2);
  return lines.substr(2);  // the first begins at the margin
}

std::string describe(const SplitReport& report, const data::Task& task, int64_t show) {
  const auto& data = *report.data;
  auto text = for_page(
      fmt::format("{}: {} groups, {} puzzles, {} examples of {} cells, {} tokens, {} puzzle ids",
                  report.name, data.groups(), data.puzzles(), data.examples(), data.info().cells,
                  data.info().vocabulary, data.info().puzzle_ids));
  text += draw_histogram(task.size_name(), report.sizes);
  text += draw_histogram("rating", report.ratings);
  text += "  copying the input scores\n";
  for (const auto& score : report.copying)
    text += fmt::format("  {:>17} {:.2f} %\n", score.name, 100 * score.mean);
  const auto names = task_names(data);
  const bool colours = has_colours(STDOUT_FILENO);
  const auto drawn = [&](const std::vector<data::Token>& tokens) {
    return colours ? data::paint_for_terminal(task.picture(tokens)) : task.draw(tokens);
  };
  for (int64_t i = 0; i < std::min(show, data.examples()); ++i) {
    const auto shown = show_example(data, task, i);
    const auto known = describe_example(data, names, i);
    text +=
        fmt::format("  example {}{}\n{}\n{}", i, known.empty() ? "" : ": " + printable(known, 200),
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

Page page_of(const std::string& folder, std::string_view kind, const data::FolderReport& about,
             std::span<const SplitReport> splits, const data::Task& task) {
  Page page{folder, std::string(kind), {{"kind of puzzle", std::string(kind)}}, {}};
  if (about.has_provenance) {
    page.facts.emplace_back("made by", about.provenance.made_by);
    page.facts.emplace_back("command", about.provenance.command);
  }
  for (const auto& file : about.changed)
    page.facts.emplace_back("warning", file + " is not as it was written");
  for (const auto& split : splits) {
    const auto& data = *split.data;
    PageSplit shown{data, {}, {{task.size_name(), split.sizes}, {"rating", split.ratings}}};
    shown.facts = {{"groups", std::to_string(data.groups())},
                   {"puzzles", std::to_string(data.puzzles())},
                   {"examples", std::to_string(data.examples())},
                   {"cells", std::to_string(data.info().cells)},
                   {"tokens", std::to_string(data.info().vocabulary)},
                   {"puzzle ids", std::to_string(data.info().puzzle_ids)}};
    for (const auto& score : split.copying) {
      shown.facts.emplace_back("copying the input: " + score.name,
                               fmt::format("{:.2f} %", 100 * score.mean));
    }
    page.splits.push_back(std::move(shown));
  }
  return page;
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

void inspect(const std::string& folder, const ResultFile& result, int64_t show,
             const std::string& page, bool strict) {
  const auto opened = data::open_folders({folder}, {});
  const auto& info = opened.train->info();
  const auto about = data::inspect_folder(folder);
  const auto kind = kind_of(about, info);
  const auto task = kind.create<data::Task>(info);
  const SplitReport splits[] = {inspect_split(opened.train, *task),
                                inspect_split(opened.test, *task)};
  const auto findings = find_faults(*task, info.cells, data::originals_of(*splits[0].data),
                                    data::originals_of(*splits[1].data));
  if (!page.empty()) {
    auto shown = page_of(folder, kind.kind(), about, splits, *task);
    for (const auto& finding : findings)
      shown.facts.emplace_back("warning", data::to_string(finding));
    write_text(page, inspect_page(shown, *task, show));
    if (!result.wanted()) {
      say(page + "\n");
      return warn_of(findings, strict);
    }
  }
  if (result.wanted()) {
    ordered_json json = {{"folder", folder}, {"task", kind.kind()}};
    for (const auto& split : splits) json[split.name] = split_json(split, *task);
    if (about.has_provenance) {
      json["made_by"] = about.provenance.made_by;
      json["command"] = about.provenance.command;
      json["changed_files"] = about.changed;
    }
    json["findings"] = json_of(findings);
    result.write(json);
  }
  say(fmt::format("{} ({})\n", folder, kind.kind()));
  if (about.has_provenance) {
    say(for_page(fmt::format("made by {}: {}", printable(about.provenance.made_by),
                             printable(about.provenance.command, 2000))));
    for (const auto& file : about.changed)
      say(fmt::format("warning: {} is not as it was written\n", printable(file, 200)));
  } else {
    say(fmt::format("no {}: made by another program\n", data::kProvenanceFile));
  }
  for (const auto& split : splits) say(fmt::format("\n{}", describe(split, *task, show)));
  warn_of(findings, strict);
}

// The folder, or the one that a run was trained on.
std::string folder_of(const std::string& folder, const std::string& run) {
  if (!folder.empty() && !run.empty()) throw Error(folder + ": --run names a folder too; keep one");
  if (!folder.empty()) return folder;
  if (run.empty()) throw Error("folder: none named; trm-data inspect FOLDER");
  return experiment::load_experiment(experiment::config_file_at(run)).data.path;
}

}  // namespace

void add_inspect(CLI::App& app, std::function<void()>& chosen) {
  struct Options {
    std::string folder, run, page;
    ResultFile json;
    bool strict = false;
    int64_t show = 2;
  };
  auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("inspect", "Sizes, histograms and a few puzzles of a data folder");
  command->add_option("folder", options->folder, "The data folder");
  command->add_option("--run", options->run, "A run folder, for the data that it was trained on")
      ->type_name("FOLDER");
  options->json.add_json(*command);
  command->add_option("--show", options->show, "Puzzles to draw of each split")
      ->check(at_least(0))
      ->capture_default_str();
  command
      ->add_option(
          "--html", options->page,
          "Write the same and coloured puzzles, before and after augmentation, to this page")
      ->type_name("FILE")
      ->check(writable_file());
  command->add_flag("--strict", options->strict,
                    "Fail where there are repeats, test puzzles that are equivalent to training "
                    "ones, or labels that are not right");
  command->callback([options, &chosen] {
    chosen = [options] {
      inspect(folder_of(options->folder, options->run), options->json, options->show, options->page,
              options->strict);
    };
  });
}

}  // namespace trm::apps
