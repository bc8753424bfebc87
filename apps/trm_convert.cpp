#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "apps/app.h"
#include "apps/overrides.h"
#include "apps/result_file.h"
#include "core/config_dump.h"
#include "core/error.h"
#include "core/file.h"
#include "experiment/convert.h"
#include "experiment/from_reference.h"

namespace {

using namespace trm;
using experiment::WeightsForm;

constexpr const char* kExamples = R"(
FROM is a run folder, a checkpoint, a file that a reference program saved (step_N), a .pt or a
.safetensors file. TO is told by its name: *.safetensors; *.pt or step_N, which the reference programs
and torch.load read; NAME/ with a slash, a checkpoint of ours. A reference's all_config.yaml becomes
a config of ours where TO ends in .yaml.

Examples:
  trm-convert runs/sudoku_6x6 sudoku.safetensors
  trm-convert runs/sudoku_6x6 step_800 --weights raw
  trm-convert checkpoints/Sudoku-ACT-torch/trm/step_65100 trm/ --data data/sudoku-extreme-1k-aug-1000
  trm-convert checkpoints/Sudoku-ACT-torch/trm/all_config.yaml configs/mine.yaml
  trm-convert --list step_65100)";

struct Options {
  std::string from, to, run, weights = "ema", data;
  apps::Overrides overrides{"trm-convert"};
  apps::ResultFile json;
  bool list = false;
};

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

WeightsForm form_of(const std::string& to) {
  const fs::path path = to;
  if (to.ends_with("/")) return WeightsForm::kCheckpoint;
  if (path.extension() == ".safetensors") return WeightsForm::kSafetensors;
  const bool torch = path.extension() == ".pt" || path.extension() == ".pth" ||
                     path.filename().string().starts_with("step_");
  if (torch) return WeightsForm::kTorch;
  throw Error(to +
              ": what to write? end the name in .safetensors, .pt, or a slash for a checkpoint");
}

void convert_config(const Options& options) {
  if (!is_yaml(options.to))
    throw Error(options.to + ": a config becomes a config; end it in .yaml");
  if (fs::exists(options.to)) throw Error(options.to + ": already there; choose another name");
  const auto experiment =
      experiment::experiment_from_reference(load_config(options.from, options.overrides.words()));
  write_text(options.to, "# From a reference's " + fs::path(options.from).filename().string() +
                             ".\n" + dump_config(experiment));
}

int convert(const Options& options) {
  if (options.list) {
    if (!options.to.empty()) throw Error("--list: takes one file; see trm-convert --help");
    const auto text = experiment::describe_weights(options.from);
    options.json.write(nlohmann::ordered_json{{"file", options.from}, {"text", text}});
    apps::say(text);
    return 0;
  }
  if (options.to.empty()) throw Error("to: not named; trm-convert FROM TO, see trm-convert --help");
  if (is_yaml(options.from)) {
    convert_config(options);
  } else {
    experiment::convert({.from = options.from,
                         .to = options.to,
                         .form = form_of(options.to),
                         .which = options.weights,
                         .data = options.data,
                         .overrides = options.overrides.words()});
  }
  options.json.write(nlohmann::ordered_json{{"from", options.from}, {"to", options.to}});
  apps::say(fmt::format("wrote {}\n", options.to));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_program([&] {
    CLI::App app("Converts weights between runs, safetensors and the reference programs' files.",
                 "trm-convert");
    apps::prepare(app, kExamples);
    Options options;
    app.add_option("from", options.from, "What to convert or list")->check(apps::is_name());
    app.add_option("to", options.to, "What to write")->check(apps::is_name());
    options.overrides.add_words(app);
    app.add_option("--run", options.run, "A run folder, in the place of FROM")->type_name("FOLDER");
    app.add_option("--weights", options.weights,
                   "Of a run or a file that has both: ema (averaged) or raw")
        ->check(CLI::IsMember({"ema", "raw"}));
    app.add_option("--data", options.data,
                   "Data folder of its grid, to make a checkpoint from a file")
        ->type_name("FOLDER");
    app.add_flag("--list", options.list, "Print what is inside");
    options.json.add_json(app);
    apps::add_threads(app);
    apps::add_quiet(app);
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    apps::place_run(options.run, {&options.from, &options.to},
                    "from: none named; trm-convert FROM TO");
    return convert(options);
  });
}
