#include "experiment/from_reference.h"

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::experiment {
namespace {

constexpr std::string_view kWhole = R"(
arch:
  name: recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1
  loss: {name: losses@ACTLossHead, loss_type: stablemax_cross_entropy}
  halt_exploration_prob: 0.1
  halt_max_steps: 4
  halt_max_steps_eval: null
  puzzle_emb_dropout: 0.0
  H_cycles: 2
  L_cycles: 2
  L_layers: 2
  hidden_size: 32
  num_heads: 8
  expansion: 4
  puzzle_emb_ndim: 32
  pos_encodings: none
  mlp_t: true
data_paths: [out/s4]
epochs: 100
global_batch_size: 32
lr: 0.0001
lr_min_ratio: 1.0
lr_warmup_steps: 2000
beta1: 0.9
beta2: 0.95
weight_decay: 1.0
puzzle_emb_lr: 0.0001
puzzle_emb_weight_decay: 1.0
puzzle_emb_reinit_strategy: mean
freeze_weights_epochs: null
grid_token_dropout: 0.0
use_muon: false
callbacks: []
)";

Experiment whole_with(const std::vector<std::string>& overrides) {
  return experiment_from_reference(parse_config(kWhole, "all_config.yaml", overrides));
}

TEST_CASE("keys of later programs pass where they are off, and are refused together", "[unit]") {
  CHECK(whole_with({}).model.width == 32);
  const auto message = error_of([] {
    whole_with({"arch.puzzle_emb_dropout=0.1", "use_muon=true", "arch.loss.gamma=2",
                "callbacks=[wandb]", "puzzle_emb_reinit_strategy=random", "arch.grid=0"});
  });
  CHECK(contains(message, "5 keys that the reference programs do not have, and that are set: "));
  for (const auto* key : {"arch.puzzle_emb_dropout (0.1)", "use_muon (true)", "arch.loss.gamma (2)",
                          "callbacks (...)", "puzzle_emb_reinit_strategy (random)"}) {
    INFO(key);
    CHECK(contains(message, key));
  }
  CHECK_FALSE(contains(message, "arch.grid"));
  const auto text = fmt::format("{}depth_scale: 3\n", kWhole);
  CHECK(contains(error_of([&] { experiment_from_reference(parse_config(text, "x.yaml")); }),
                 "x.yaml: a key that the reference programs do not have, and that is set: "
                 "depth_scale (line 34, 3)"));
}

TEST_CASE("a config of the references' source tree is told from a whole one", "[unit]") {
  const auto message = [](const std::string& text) {
    return error_of([&] { experiment_from_reference(parse_config(text, "cfg_pretrain.yaml")); });
  };
  constexpr auto kMeant = "use the all_config.yaml that the program writes beside its checkpoints";
  for (const auto* text :
       {"defaults: [{arch: trm}, _self_]\nlr: 1e-4\n", "hydra: {output_subdir: null}\n",
        "arch: {name: x, puzzle_emb_ndim: \"${.hidden_size}\"}\n",
        "name: trm@X\nhalt_max_steps: 16\nH_cycles: 3\n"}) {
    INFO(text);
    CHECK(contains(message(text), kMeant));
  }
  // Where one of ours is meant.
  const ScratchFolder scratch;
  const auto loading = [&](const std::string& text) {
    return error_of([&] { load_experiment(scratch.file("x.yaml", text)); });
  };
  CHECK(contains(loading("defaults: [{arch: trm}]\n"), kMeant));
  CHECK(contains(loading(std::string(kWhole)),
                 "x.yaml: line 2: arch: this is a config of the reference programs; trm-convert"));
}

}  // namespace
}  // namespace trm::experiment
