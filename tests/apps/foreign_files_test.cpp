// Checkpoints and configs as other training programs write them, through the programs.

#include <nlohmann/json.hpp>

#include "experiment/assemble.h"
#include "format/json.h"
#include "run/run_folder.h"
#include "tests/catch.h"
#include "tests/experiment/small_experiment.h"
#include "tests/format/torch_file_builder.h"
#include "tests/program.h"

namespace trm {
namespace {

using namespace pickle;

// A torch file in the making: dicts of tensors whose bytes go into the archive.
class ForeignFile {
 public:
  std::string dict(const Archive& tensors, const std::string& prefix,
                   const std::string& more = "") {
    std::string items;
    for (const auto& [name, value] : tensors.tensors) items += item(prefix + name, value);
    return ordered_dict() + "(" + items + more + "u";
  }
  std::string item(const std::string& name, const torch::Tensor& value) {
    const auto floats = value.to(at::kFloat).contiguous();
    const auto key = std::to_string(storages_.size());
    storages_.push_back({"archive/data/" + key,
                         {static_cast<const char*>(floats.const_data_ptr()), floats.nbytes()}});
    return text(name) + tensor(storage("FloatStorage", key, floats.numel()), 0,
                               floats.sizes().vec(), floats.strides().vec());
  }
  // With `items` at the top.
  std::string file(const std::string& items) const {
    auto pieces = storages_;
    pieces.push_back({"archive/data.pkl", state_dict(items)});
    return zip_of(pieces);
  }

 private:
  std::vector<ZipPiece> storages_;
};

std::string object(const std::string& module, const std::string& name) {
  return global(module, name) + ")\x81" + pickle::dict(text("lr") + integer(1)) + "b";
}

// Of the model of SmallExperiment, with what programs that grew from the reference add.
constexpr const char* kConfig = R"(
arch:
  name: recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1
  loss: {name: losses@ACTLossHead, loss_type: stablemax_cross_entropy}
  halt_exploration_prob: 0.1
  halt_max_steps: 3
  halt_max_steps_eval: null
  grid_noise_prob: 0.0
  H_cycles: 2
  L_cycles: 2
  H_layers: 0
  L_layers: 2
  hidden_size: 16
  num_heads: 8
  expansion: 4
  puzzle_emb_ndim: 16
  puzzle_emb_len: 2
  pos_encodings: none
  forward_dtype: float32
  mlp_t: true
data_paths: [elsewhere]
epochs: 100
global_batch_size: 8
lr: 0.0001
lr_min_ratio: 1.0
lr_warmup_steps: 2000
beta1: 0.9
beta2: 0.95
weight_decay: 1.0
puzzle_emb_lr: 0.0001
puzzle_emb_weight_decay: 1.0
ema: true
freeze_weights_epochs: null
puzzle_emb_reinit_strategy: mean
grid_token_dropout: 0.0
)";

// A trained run, its weights, and folders of other programs that hold them.
struct World {
  experiment::SmallExperiment small;
  Archive raw, averages;

  World() {
    const auto done = run("trm-train", {small.config().string(), "--run", at("run")});
    INFO(done.err);
    REQUIRE(done.code == 0);
    const run::Checkpoint checkpoint(run::find_checkpoint(small.scratch / "run"));
    raw = checkpoint.load("weights");
    averages = checkpoint.load("ema");
  }
  std::string at(const std::string& name) const { return (small.scratch / name).string(); }
  Finished run(const std::string& program, const std::vector<std::string>& arguments) const {
    return run_to_end(small.scratch, program, arguments);
  }
  // A checkpoint in a folder of its own, beside the config of its run.
  std::string write(const std::string& folder, const std::string& name,
                    const std::string& bytes) const {
    fs::create_directories(small.scratch / folder);
    small.scratch.file(folder + "/all_config.yaml", kConfig);
    return small.scratch.file(folder + "/" + name, bytes).string();
  }
  // What trm-eval says of some weights.
  nlohmann::json evaluation(const std::string& of, const std::string& which = "ema") const {
    fs::remove(small.scratch / "result.json");
    const auto done = run("trm-eval", {of, "--weights", which, "--data", at("data"), "--json",
                                       at("result.json"), "--threads", "1"});
    INFO(of << ": " << done.err);
    REQUIRE(done.code == 0);
    return format::read_json(small.scratch / "result.json");
  }
};

const World& world() {
  static const World made;
  return made;
}

// Counters, optimizer and random state beside the weights.
std::string counted() {
  ForeignFile file;
  const auto weights = file.dict(world().raw, "_orig_mod.model.inner.");
  const auto moments =
      pickle::dict(integer(0) + pickle::dict(file.item("exp_avg", torch::ones({3}))));
  return file.file(text("model_state_dict") + weights + text("optimizer_states") +
                   pickle::dict(text("state") + moments + text("param_groups") + "]") +
                   text("step") + integer(90) + file.item("rng_state", torch::zeros({8})));
}

std::string of_lightning() {
  ForeignFile file;
  const auto weights = file.dict(world().raw, "net.model.inner.",
                                 file.item("train_accuracy.total", torch::zeros({})));
  return file.file(text("epoch") + integer(3) + text("state_dict") + weights +
                   text("hyper_parameters") +
                   object("lightning.fabric.utilities", "AttributeDict") + text("lr_schedulers") +
                   "]" + text("callbacks") + pickle::dict(""));
}

std::string with_averages() {
  ForeignFile file;
  const auto weights = file.dict(world().raw, "module._orig_mod.model.inner.");
  const auto averages = file.dict(world().averages, "model.inner.");
  return file.file(text("model") + weights + text("ema") + pickle::dict(text("shadow") + averages) +
                   text("args") + object("argparse", "Namespace"));
}

// Data parallel training of a compiled model, which saved its buffers as well.
std::string with_buffers() {
  ForeignFile file;
  const std::string prefix = "_orig_mod.module.model.inner.";
  auto tensors = world().raw;
  tensors.add("rotary_emb.cos_cached", torch::ones({18, 2}));
  tensors.add("puzzle_emb.local_weights", torch::ones({8, 16}));
  std::string items;
  for (const auto& [name, value] : tensors.tensors) items += file.item(prefix + name, value);
  return file.file(items);
}

void check_scores(const nlohmann::json& theirs, const nlohmann::json& ours) {
  for (const char* key : {"exact_accuracy", "accuracy", "lm_loss", "q_halt_loss"}) {
    INFO(key);
    CHECK(theirs[key] == ours[key]);
  }
}

TEST_CASE("trm-eval scores a model alike in every file that programs keep it in", "[unit]") {
  const auto raw = world().evaluation(world().at("run"), "raw");
  const auto averaged = world().evaluation(world().at("run"), "ema");
  REQUIRE(raw["lm_loss"] != averaged["lm_loss"]);

  const auto counters = world().evaluation(world().write("counted", "step_90.pt", counted()));
  check_scores(counters, raw);
  CHECK(counters["checkpoint_step"] == 90);
  CHECK(counters["weights"] == "stored");
  check_scores(world().evaluation(world().write("lightning", "epoch=3.ckpt", of_lightning())), raw);
  check_scores(world().evaluation(world().write("buffers", "step_90", with_buffers())), raw);

  const auto both = world().write("both", "last.pt", with_averages());
  check_scores(world().evaluation(both, "raw"), raw);
  const auto theirs = world().evaluation(both, "ema");
  check_scores(theirs, averaged);
  CHECK(theirs["weights"] == "ema");
}

TEST_CASE("every program reads a wrapped checkpoint", "[unit]") {
  const auto& w = world();
  const auto file = w.write("read", "step_90.pt", counted());
  const auto list = w.run("trm-convert", {"--list", file});
  CHECK(list.code == 0);
  for (const auto* part : {"step_90.pt: model_state_dict", "_orig_mod.model.inner.H_init",
                           "optimizer_states.state.0", "besides:", "step: an integer"}) {
    INFO(part << " in " << list.out);
    CHECK(contains(list.out, part));
  }
  CHECK(w.run("trm-convert", {file, w.at("read.safetensors")}).code == 0);
  check_scores(w.evaluation(w.at("read.safetensors")), w.evaluation(file));
  CHECK(w.run("trm-convert", {file, w.at("read") + "/ours/", "--data", w.at("data")}).code == 0);
  check_scores(w.evaluation(w.at("read/ours")), w.evaluation(file));
  CHECK(w.run("trm-convert", {w.at("read/all_config.yaml"), w.at("read.yaml")}).code == 0);
  const auto solved = w.run("trm-solve", {file, "12343412........", "--data", w.at("data")});
  INFO(solved.err);
  CHECK(solved.code == 0);
  const auto begun = w.run("trm-train", {w.small.config().string(), "init.from=" + file,
                                         "train.steps=1", "--run", w.at("begun")});
  INFO(begun.err);
  CHECK(begun.code == 0);
}

TEST_CASE("of names that are not the model's the nearest and those that are there are listed",
          "[unit]") {
  const auto& w = world();
  ForeignFile file;
  const auto weights = file.item("backbone.embed_tokens.weight", torch::ones({6, 16})) +
                       file.item("backbone.out.bias", torch::ones({6}));
  const auto done =
      w.run("trm-eval", {w.write("strange", "x.pt", file.file(weights)), "--data", w.at("data")});
  CHECK(done.code == 2);
  CHECK(contains(done.err,
                 "x.pt: no tensor 'embed_tokens.embedding_weight'; the nearest is "
                 "'backbone.embed_tokens.weight'; those that are there: "
                 "backbone.embed_tokens.weight, backbone.out.bias;"));

  ForeignFile two;
  const auto models =
      text("first") + two.dict(w.raw, "inner.") + text("second") + two.dict(w.raw, "inner.");
  const auto both =
      w.run("trm-eval", {w.write("two", "x.pt", two.file(models)), "--data", w.at("data")});
  CHECK(both.code == 2);
  CHECK(
      contains(both.err, "2 models in it, 'first.inner.', 'second.inner.'; save the state_dict()"));

  auto short_of = w.raw;
  short_of.tensors.resize(short_of.tensors.size() - 2);
  ForeignFile cut;
  const auto less =
      cut.dict(short_of, "model.inner.", cut.item("model.inner.conv.weight", torch::ones({2})));
  const auto missing = w.run(
      "trm-eval", {w.write("cut", "x.pt", cut.file(text("model") + less)), "--data", w.at("data")});
  CHECK(missing.code == 2);
  CHECK(contains(missing.err, "weights of another model; 2 that this one needs are missing: "));
  CHECK(contains(missing.err, "; 1 have no place in it: conv.weight; use the config"));
}

// The strides of an array without elements are products of its other sizes.
TEST_CASE("an array without elements whose strides overflow is refused", "[unit]") {
  const auto& w = world();
  const std::string header =
      R"({"a":{"dtype":"F32","shape":[0,9223372036854775807,4],"data_offsets":[0,0]}})";
  const auto path = w.small.scratch.file("x.safetensors", little(uint64_t{header.size()}) + header);
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"trm-convert", "--list", path.string()},
        std::vector<std::string>{"trm-eval", path.string()}}) {
    const auto done = w.run(arguments[0], {arguments.begin() + 1, arguments.end()});
    CHECK(done.code == 2);
    CHECK(contains(done.err, "tensor 'a' has not the size of its shape"));
  }
}

TEST_CASE("configs of other programs are read, or refused with all that is strange in them",
          "[unit]") {
  const auto& w = world();
  const auto refusal = [&](const std::string& program, const std::string& config) {
    const auto path = w.small.scratch.file("their.yaml", config).string();
    const auto done = program == "trm-train" ? w.run(program, {path, "--run", w.at("none")})
                                             : w.run(program, {path, w.at("none.yaml")});
    CHECK(done.code == 2);
    return done.err;
  };
  const auto strange =
      refusal("trm-convert", std::string(kConfig) + "use_muon: true\ndepth_scale: 3\n");
  CHECK(contains(strange,
                 "2 keys that the reference programs do not have, and that are set: "
                 "use_muon (line 36, true), depth_scale (line 37, 3); remove"));
  const std::string hydra = "defaults:\n  - arch: trm\n  - _self_\nhydra:\n  output_subdir: null\n";
  CHECK(contains(refusal("trm-convert", hydra), "use the all_config.yaml that the program writes"));
  CHECK(contains(refusal("trm-train", hydra), "use the all_config.yaml that the program writes"));
  CHECK(contains(refusal("trm-train", kConfig), "makes one of ours"));
}

}  // namespace
}  // namespace trm
