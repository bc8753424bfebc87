#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "apps/app.h"
#include "apps/overrides.h"
#include "apps/result_file.h"
#include "core/config_help.h"
#include "core/error.h"
#include "core/file.h"
#include "core/log.h"
#include "core/terminal.h"
#include "sweep/clean.h"
#include "sweep/forecast.h"
#include "sweep/run_study.h"
#include "sweep/status.h"
#include "sweep/study_page.h"
#include "sweep/table.h"

namespace {

using namespace trm;

constexpr const char* kExamples = R"(
A study is one file: what is asked, a config, named arms that change some of its keys, seeds, and
the scores that are compared. --help-config lists its keys. Each run of it is a trm-train of its
own, in a folder named by what it changes, and may be looked at with every other program.

  question: does a second latent help?
  base: ../../configs/tiny.yaml
  arms: {full: [], narrow: [model.width=16]}
  seeds: [0, 1, 2]
  reference: full
  runs: runs/latents

Examples:
  trm-sweep run experiments/latents/sweep.yaml --dry-run
  trm-sweep run experiments/latents/sweep.yaml
  trm-sweep table experiments/latents/sweep.yaml --format markdown
  trm-sweep --help-config seeds)";

constexpr const char* kRunExamples = R"(
The same command again continues what is unfinished and repeats nothing that is done. Started
several times, also on machines with one folder, it divides the runs. Ctrl-C saves all of them.
The exit code is 0 where all runs are done, 2 where some have failed, 130 after Ctrl-C.

Examples:
  trm-sweep run experiments/latents/sweep.yaml
  trm-sweep run experiments/latents/sweep.yaml --jobs 4 --retries 1
  trm-sweep run experiments/latents/sweep.yaml --devices cuda:0,cuda:1
  trm-sweep run experiments/latents/sweep.yaml train.steps=100 runs=runs/short --dry-run)";

constexpr const char* kStatusExamples = R"(
Examples:
  trm-sweep status experiments/latents/sweep.yaml --watch
  trm-sweep status experiments/latents/sweep.yaml --json)";

constexpr const char* kTableExamples = R"(
Scores of each row over its seeds; the difference to the reference with its 95 % interval, paired
over seeds; p of a paired t test or, of one seed, of McNemar's test over puzzles, corrected by Holm's
rule. What runs differ in that the study does not name is told below.

Examples:
  trm-sweep table experiments/latents/sweep.yaml
  trm-sweep table experiments/latents/sweep.yaml --format latex > table.tex)";

constexpr const char* kPlotExamples = R"(
One page that needs nothing else: losses and scores against steps, seconds and arithmetic, a curve
for each row of the table with a band over its seeds; exact accuracy against supervision steps; the
table, the runs, and what their configs differ in. Runs that have not come to their end are there
with what they have.

Examples:
  trm-sweep plot experiments/latents/sweep.yaml latents.html
  trm-sweep plot experiments/latents/sweep.yaml latents.html --log)";

constexpr const char* kCleanExamples = R"(
Examples:
  trm-sweep clean experiments/latents/sweep.yaml
  trm-sweep clean experiments/latents/sweep.yaml --yes)";

struct Options {
  std::string file, page;
  std::vector<std::string> words;
  std::string devices, only;
  sweep::RunOptions run;
  apps::ResultFile forecast;
  std::string status_json;
  std::string format = "text";
  std::string help_filter;
  bool dry_run = false, watch = false, yes = false;
  sweep::PageOptions plot;
};

// As a shell takes it for one word.
std::string shell_word(const std::string& word) {
  constexpr std::string_view kPlain = "_./=,:+-";
  const bool plain = std::all_of(word.begin(), word.end(), [&](unsigned char c) {
    return std::isalnum(c) != 0 || kPlain.find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

sweep::Study load(const Options& options) {
  if (options.file.empty()) throw Error("file: none named; trm-sweep COMMAND FILE, see --help");
  return sweep::load_study(options.file, options.words);
}

sweep::Study load_to_run(const Options& options) {
  auto study = load(options);
  for (const auto& note : study.notes) log_info(note);
  return study;
}

int run_all(Options& options) {
  options.run.devices = CLI::detail::split(options.devices, ',');
  options.run.only = CLI::detail::split(options.only, ',');
  std::erase(options.run.devices, "");
  std::erase(options.run.only, "");
  if (options.dry_run) {
    const auto study = load_to_run(options);
    const auto forecast = sweep::forecast(study, options.run);
    apps::say(sweep::forecast_text(study, forecast));
    options.forecast.write(sweep::forecast_json(forecast));
    return 0;
  }
  const HeldSignals signals;
  const auto study = load_to_run(options);
  const auto result = sweep::run_study(study, options.run, signals);
  const auto dropped =
      result.dropped > 0 ? fmt::format(", {} dropped by halving", result.dropped) : "";
  apps::say(fmt::format("{} done, {} failed, {} unfinished{}\n", result.done, result.failed,
                        result.unfinished, dropped));
  options.forecast.write(sweep::status_json(sweep::status_of(study)));
  if (is_quiet()) return result.code();
  std::string words;
  for (const auto& word : options.words) words += " " + shell_word(word);
  apps::say(result.signal != 0 || result.failed > 0
                ? fmt::format("to go on: trm-sweep run {}{}\n", options.file, words)
                : fmt::format("next: trm-sweep table {}{}\n", options.file, words));
  return result.code();
}

void show_status(const Options& options, const std::vector<sweep::MemberStatus>& statuses) {
  if (options.status_json.empty()) {
    fmt::print("{}{}", options.watch && is_terminal(STDOUT_FILENO) ? "\033[H\033[J" : "",
               sweep::status_text(statuses));
    return;
  }
  apps::write_json(options.status_json, sweep::status_json(statuses));
}

int status(Options& options) {
  // "--json FILE" with nothing behind it: the file is the study.
  if (options.file.empty() && options.status_json != "-")
    options.file = std::exchange(options.status_json, "-");
  const auto study = load(options);
  for (;;) {
    const auto statuses = sweep::status_of(study);
    show_status(options, statuses);
    if (!options.watch || !sweep::goes_on(statuses)) return 0;
    std::fflush(stdout);
    std::this_thread::sleep_for(std::chrono::seconds(2));
  }
}

int plot(const Options& options) {
  if (!options.file.empty() && options.page.empty())
    throw Error("page: none named; trm-sweep plot FILE OUT.html");
  const auto study = load(options);
  apps::try_file(options.page);
  const auto page = sweep::comparison_page(sweep::comparison_of(study), options.plot);
  write_text(options.page, page);
  apps::say(fmt::format("{}: {}\n", options.page, human_bytes(static_cast<double>(page.size()))));
  return 0;
}

int clean(const Options& options) {
  const auto study = load(options);
  const auto belongings = sweep::belongings_of(study);
  if (belongings.empty()) {
    apps::say("nothing to remove\n");
    return 0;
  }
  if (options.yes) sweep::remove_belongings(study);
  for (const auto& folder : belongings.runs)
    apps::say(fmt::format("{} {}\n", options.yes ? "removed" : "would remove", folder.string()));
  const auto what =
      fmt::format("{} runs, {}", belongings.runs.size(), human_bytes(belongings.bytes));
  apps::say(options.yes ? "removed " + what + "\n" : what + "; --yes removes them\n");
  return 0;
}

CLI::App* add_command(CLI::App& app, Options& options, const std::string& name,
                      const std::string& what, const char* examples, bool writes_page = false) {
  auto* command = app.add_subcommand(name, what);
  command->footer(examples);
  command->validate_positionals();  // so that words may stand anywhere
  command->add_option("file", options.file, "The study, a YAML file")->check(apps::is_name());
  if (writes_page) {
    command->add_option("page", options.page, "The page to write")
        ->type_name("OUT.html")
        ->check(apps::is_name());
  }
  command
      ->add_option("overrides", options.words,
                   "Keys to set, as key=value: of the study, or of the config of all its runs")
      ->type_name("KEY=VALUE");
  apps::add_quiet(*command);
  return command;
}

void add_run_options(CLI::App& command, Options& options) {
  command
      .add_option("--jobs", options.run.jobs, "Runs at once; else one a device, or one a processor")
      ->type_name("NUMBER")
      ->check(CLI::Range(1, 4096));
  command.add_option("--devices", options.devices, "Where they run in turn, as cuda:0,cuda:1")
      ->type_name("DEVICES");
  command.add_option("--only", options.only, "Of these arms alone, as full,narrow")
      ->type_name("ARMS");
  command.add_option("--retries", options.run.retries, "How often a run that fails is begun again")
      ->type_name("NUMBER")
      ->check(CLI::Range(0, 1'000'000));
  command
      .add_option("--index", options.run.index,
                  "The one run of this number, as an array of jobs counts them")
      ->type_name("NUMBER")
      ->check(apps::at_least(0));
  command.add_flag("--dry-run", options.dry_run,
                   "Show the runs, their arithmetic, disk and time, by a few steps of each row");
  options.forecast.add_json(command);
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_program([&] {
    CLI::App app("Trains the runs of a study, makes its table and its curves.", "trm-sweep");
    apps::prepare(app, kExamples);
    app.require_subcommand(0, 1);
    Options options;
    auto* running =
        add_command(app, options, "run", "Train the runs that are not done", kRunExamples);
    add_run_options(*running, options);
    auto* showing = add_command(app, options, "status", "How each run stands", kStatusExamples);
    showing->add_flag("--watch", options.watch, "Again and again, until no run goes on");
    const auto* as_json = apps::add_optional_json(*showing, options.status_json);
    auto* tabling = add_command(app, options, "table", "The table of its scores", kTableExamples);
    tabling->add_option("--format", options.format, "What it is for")
        ->check(CLI::IsMember({"text", "markdown", "latex", "csv", "json"}))
        ->capture_default_str();
    auto* plotting = add_command(app, options, "plot", "A page with its curves and its table",
                                 kPlotExamples, /*writes_page=*/true);
    plotting->add_flag("--log", options.plot.logarithmic_losses, "Losses on a logarithmic axis");
    auto* cleaning = add_command(app, options, "clean", "Remove its runs", kCleanExamples);
    cleaning->add_flag("--yes", options.yes, "Do so; without it, what would be removed is listed");
    auto* help = app.add_option("--help-config", options.help_filter,
                                "Every key of a study with its meaning, or those with a word in it")
                     ->type_name("[WORD]")
                     ->expected(0, 1);
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    if (help->count() > 0) {
      fmt::print("{}",
                 help_config<sweep::Definition>(options.help_filter, page_width(STDOUT_FILENO)));
      return 0;
    }
    if (running->parsed()) return run_all(options);
    if (as_json->count() > 0 && options.status_json.empty()) options.status_json = "-";
    if (showing->parsed()) return status(options);
    if (plotting->parsed()) return plot(options);
    if (cleaning->parsed()) return clean(options);
    if (!tabling->parsed())
      throw Error("command: none named; trm-sweep run FILE, see trm-sweep --help");
    const auto study = load(options);
    fmt::print("{}", sweep::table_text(study, sweep::table_of(study), options.format));
    return 0;
  });
}
