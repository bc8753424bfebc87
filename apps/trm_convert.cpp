#include <fmt/format.h>

#include "apps/app.h"
#include "core/config_dump.h"
#include "core/error.h"
#include "core/file.h"
#include "experiment/convert.h"
#include "experiment/reference_config.h"

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
  std::string from, to, weights = "ema", data;
  std::vector<std::string> overrides;
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
      experiment::experiment_from_reference(load_config(options.from, options.overrides));
  write_text(options.to, "# From a reference's " + fs::path(options.from).filename().string() +
                             ".\n" + dump_config(experiment));
}

int convert(const Options& options) {
  if (options.list) {
    if (!options.to.empty()) throw Error("--list: takes one file; see trm-convert --help");
    fmt::print("{}", experiment::describe_weights(options.from));
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
                         .overrides = options.overrides});
  }
  fmt::print("wrote {}\n", options.to);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  return apps::run_program([&] {
    CLI::App app("Converts weights between runs, safetensors and the reference programs' files.",
                 "trm-convert");
    apps::prepare(app, kExamples);
    Options options;
    app.add_option("from", options.from, "What to convert or list")->required();
    app.add_option("to", options.to, "What to write");
    app.add_option("overrides", options.overrides,
                   "Keys of its config, as key=value, where no config comes with a file");
    app.add_option("--weights", options.weights, "Of a run: ema (averaged) or raw")
        ->check(CLI::IsMember({"ema", "raw"}));
    app.add_option("--data", options.data,
                   "Data folder of its grid, to make a checkpoint from a file");
    app.add_flag("--list", options.list, "Print what is inside");
    if (const auto code = apps::parse(app, argc, argv)) return *code;
    return convert(options);
  });
}
