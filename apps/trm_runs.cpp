#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "apps/app.h"
#include "apps/result_file.h"
#include "core/error.h"
#include "core/file.h"
#include "core/terminal.h"
#include "survey/comparison.h"
#include "survey/find_runs.h"
#include "sweep/runs_page.h"

namespace {

using namespace trm;

constexpr const char* kExamples = R"(
A run is a folder that trm-train made, or that trm-sweep had it make. Its state is read from the
folder alone: running, finished, stopped by a signal, failed; stale, where its process is gone and
could not say why; damaged, with what cannot be read.

Examples:
  trm-runs runs
  trm-runs runs/latents --watch
  trm-runs --json
  trm-runs compare runs/first runs/wide)";

constexpr const char* kCompareExamples = R"(
The keys in which the runs' configs differ, and below them how the runs stand and the scores of
their last evaluations.

Examples:
  trm-runs compare runs/first runs/wide
  trm-runs compare runs/latents/* --json comparison.json)";

constexpr const char* kPlotExamples = R"(
One page that needs nothing else: losses and scores of the runs against steps, seconds of computing
and arithmetic, accuracy by supervision step, how the runs stand and in what their configs differ.

Examples:
  trm-runs plot runs/first runs/wide first_and_wide.html
  trm-runs plot runs/latents/* latents.html --log)";

struct Options {
  std::string folder, json;
  std::vector<std::string> compared, plotted;
  sweep::PageOptions page;
  bool watch = false;
};

int list(const Options& options) {
  constexpr auto kBetween = std::chrono::seconds(2), kBetweenLines = std::chrono::seconds(30);
  const bool redraws = options.watch && is_terminal(STDOUT_FILENO);
  for (;;) {
    const auto states = survey::states_of(survey::find_runs(options.folder));
    if (!options.json.empty()) {
      apps::write_json(options.json, survey::states_json(states));
    } else {
      fmt::print("{}{}", redraws ? "\033[H\033[J" : "",
                 survey::states_text(states, options.folder));
    }
    if (!options.watch) return 0;
    std::fflush(stdout);
    std::this_thread::sleep_for(redraws ? kBetween : kBetweenLines);
  }
}

int compare(const Options& options) {
  if (options.compared.size() < 2)
    throw Error("runs: two or more to compare; trm-runs compare RUN RUN ...");
  const auto comparison = survey::compare_runs({options.compared.begin(), options.compared.end()});
  if (options.json.empty()) {
    fmt::print("{}", survey::comparison_text(comparison));
  } else {
    apps::write_json(options.json, survey::comparison_json(comparison));
  }
  return 0;
}

// The last name is the page's.
int plot(const Options& options) {
  if (options.plotted.size() < 2) throw Error("page: none named; trm-runs plot RUN ... OUT.html");
  const fs::path out = options.plotted.back();
  if (fs::is_directory(out))
    throw Error(out.string() +
                ": a folder; the page's file comes last: trm-runs plot RUN ... OUT.html");
  apps::try_file(out.string());
  std::vector<sweep::ComparedRun> runs;
  for (size_t i = 0; i + 1 < options.plotted.size(); ++i) {
    const auto state = survey::state_of(options.plotted[i]);
    runs.push_back({state.run, state.state, state.why});
  }
  const auto page = sweep::comparison_page(sweep::comparison_of(runs), options.page);
  write_text(out, page);
  apps::say(fmt::format("{}: {}\n", out.string(), human_bytes(static_cast<double>(page.size()))));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_program([&] {
    CLI::App app("Lists the runs of a folder and how they stand.", "trm-runs");
    apps::prepare(app, kExamples);
    app.require_subcommand(0, 1);
    Options options;
    app.add_option("folder", options.folder, "Where to look, in its folders as well; else runs");
    apps::add_quiet(app);
    app.add_flag("--watch", options.watch, "Again and again, until Ctrl-C");
    const auto* json = apps::add_optional_json(app, options.json);
    auto* comparing =
        app.add_subcommand("compare", "Runs side by side: their configs and their scores");
    comparing->footer(kCompareExamples);
    comparing->add_option("runs", options.compared, "Run folders, two or more")->type_name("RUN");
    apps::add_quiet(*comparing);
    const auto* compared_json = apps::add_optional_json(*comparing, options.json);
    auto* plotting = app.add_subcommand("plot", "A page with the runs' curves");
    plotting->footer(kPlotExamples);
    plotting->add_option("runs", options.plotted, "Run folders, and behind them the page's file")
        ->type_name("RUN ... OUT.html");
    plotting->add_flag("--log", options.page.logarithmic_losses, "Losses on a logarithmic axis");
    apps::add_quiet(*plotting);
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    const bool wants_json = json->count() + compared_json->count() > 0;
    // "--json FOLDER" with nothing behind it: that is the folder.
    if (options.folder.empty() && fs::is_directory(options.json))
      options.folder = std::exchange(options.json, "");
    if (wants_json && options.json.empty()) options.json = "-";
    if (comparing->parsed()) return compare(options);
    if (plotting->parsed()) return plot(options);
    if (options.folder.empty()) options.folder = "runs";
    return list(options);
  });
}
