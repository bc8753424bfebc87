#include "apps/model_options.h"

namespace trm::apps {

void ModelOptions::add(CLI::App& command, Overrides& overrides) {
  command.add_option("--run", run, "The run, for who names it so")->type_name("FOLDER");
  overrides.add_data(command, "Data folder; the one it was trained on when not given");
  command
      .add_option("--split", split,
                  "test, train, or validation: what training holds back to choose the best")
      ->check(CLI::IsMember({"test", "train", "validation"}));
  command
      .add_option("--unknown", unknown,
                  "Puzzles that the model does not know by name: refuse them, or take the mean of "
                  "its puzzle embedding")
      ->check(CLI::IsMember({"refuse", "mean"}));
  overrides
      .add_option(command, "--depth", "evaluate.depth",
                  "Supervision steps; as in training when not given")
      ->type_name("NUMBER");
  command.add_option("--weights", weights, "ema (averaged) or raw")
      ->check(CLI::IsMember({"ema", "raw"}));
  overrides.add_option(command, "--device", "device", "Where it runs")->type_name(kDeviceType);
}

}  // namespace trm::apps
