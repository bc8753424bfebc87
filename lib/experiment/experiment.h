#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "core/config_findings.h"
#include "core/config_tree.h"
#include "data/samplers.h"
#include "data/tasks.h"
#include "eval/outputs.h"
#include "eval/search.h"
#include "experiment/key_names.h"
#include "loss/losses.h"
#include "model/model.h"
#include "train/trainer.h"

namespace trm::experiment {

struct DataConfig {
  std::string path;
  std::vector<std::string> more = {};
  std::vector<std::string> test = {};
  data::AnyTask task;
  std::optional<int64_t> canvas;
  data::AnySampler sampler;
  int64_t validation = 0;

  template <class V>
  void fields(V& v) {
    v("path", path, "the data folder, as trm-data or a reference program makes it", {.free = true});
    v("more", more, "further folders to train on; their puzzle ids come after those before them",
      {.free = true});
    v("test", test,
      "folders to test on, [] for those of training; their puzzles have to be known there",
      {.free = true});
    v("task", task, "what kind of puzzle they hold");
    v("canvas", canvas,
      "side of the square, from the top left, that grids are cut to, of those puzzles that fit it; "
      "null "
      "for the whole grid",
      {.min = 1, .max = 64});
    v("sampler", sampler, "the order of training");
    v("validation", validation,
      "training groups that are held back to choose the best checkpoint on", {.min = 0});
  }
};

struct TrainConfig {
  // Each pair says one thing; that of the later layer counts (core/config_read.h).
  static constexpr std::pair<std::string_view, std::string_view> kAlternatives[] = {
      {"steps", "epochs"}, {"eval_steps", "eval_epochs"}};

  std::optional<int64_t> steps;
  std::optional<double> epochs;
  int64_t batch = 768;
  std::optional<int64_t> shards;
  train::AnyObjective objective;
  std::string graph = "off";
  int64_t log_steps = 10;
  std::optional<int64_t> eval_steps;
  std::optional<double> eval_epochs;
  int64_t skip_evaluations = 0;
  int64_t save_steps = 500;
  std::optional<double> save_minutes = 30;
  int64_t keep = 2;
  std::optional<int64_t> keep_every;
  std::string best = "exact_accuracy";
  int64_t bad_steps = 10;
  bool tensorboard = true;

  template <class V>
  void fields(V& v) {
    v("steps", steps, "optimizer steps of the run; give this or epochs", {.free = true, .min = 1});
    v("epochs", epochs, "or its length in passes over the training groups",
      {.free = true, .min = 0, .above_min = true});
    v("batch", batch, "rows of a step", {.min = 1, .max = 1 << 20});
    v("shards", shards,
      "equal parts of a batch, each computed whole by one worker: a thread, a GPU, a rank. Their "
      "gradients are added in an order of their own, so that this is a part of the numbers and the "
      "workers are not. More of them keep more workers busy and need less memory; null for 8, or "
      "fewer where that leaves less than 4 rows each",
      {.min = 1, .max = 1 << 20});
    v("objective", objective, "what a step of training means");
    v("graph", graph,
      "auto: on one GPU a step is recorded once and then launched as a whole, not kernel by "
      "kernel, "
      "with the same bits; off: never",
      {.free = true, .choices = {"auto", "off"}});
    v("log_steps", log_steps, "steps between lines of metrics.jsonl", {.free = true, .min = 1});
    v("eval_steps", eval_steps,
      "steps between evaluations, of the validation set where there is one; null for one at the "
      "end",
      {.free = true, .min = 1});
    v("eval_epochs", eval_epochs, "or passes over the training groups between them",
      {.free = true, .min = 0, .above_min = true});
    v("skip_evaluations", skip_evaluations, "how many of the first of them to leave out",
      {.free = true, .min = 0});
    v("save_steps", save_steps, "steps between checkpoints", {.free = true, .min = 1});
    v("save_minutes", save_minutes,
      "minutes after which one is saved in any case; null for by steps alone",
      {.free = true, .min = 0, .above_min = true});
    v("keep", keep, "newest checkpoints to keep beside the best", {.free = true, .min = 1});
    v("keep_every", keep_every,
      "keep those of each such number of steps as well, if one is saved then; null for none",
      {.free = true, .min = 1});
    v("best", best,
      "validation score that the best checkpoint is best at; of equals cell accuracy and then the "
      "loss decide",
      {.free = true});
    v("bad_steps", bad_steps,
      "steps in a row whose gradient is not finite, which change nothing, after which the run "
      "stops",
      {.free = true, .min = 1});
    v("tensorboard", tensorboard,
      "whether the run keeps an event file beside metrics.jsonl, which TensorBoard shows",
      {.free = true});
  }
};

struct EvaluateConfig {
  std::optional<int64_t> batch;
  std::optional<int64_t> limit = 1000;
  eval::SearchConfig search;
  std::vector<std::string> outputs = {};
  bool compatible = false;

  template <class V>
  void fields(V& v) {
    v("batch", batch, "puzzles at once; null for train.batch", {.free = true, .min = 1});
    v("limit", limit,
      "test puzzles of what a run evaluates by itself, the first of the split; null for all. "
      "trm-eval takes all where it is not given there",
      {.free = true, .min = 1});
    search.fields(v);
    v("outputs", outputs, "tensors that each evaluation in training writes to outputs/ of the run",
      {.free = true, .choices = {std::begin(eval::kOutputNames), std::end(eval::kOutputNames)}});
    v("compatible", compatible,
      "score by the references' rule where it has defects that ours has not", {.free = true});
  }
};

struct InitConfig {
  std::string from;
  std::string weights = "ema";
  std::string unknown = "refuse";

  template <class V>
  void fields(V& v) {
    v("from", from,
      "whose weights the run starts with: a run, a checkpoint, or a file of weights, a reference "
      "program's too; empty for random ones");
    v("weights", weights, "its averaged or its raw weights", {.choices = {"ema", "raw"}});
    v("unknown", unknown,
      "puzzles that it does not know by name: an error, or the mean of its puzzle embedding",
      {.choices = {"refuse", "mean"}});
  }
};

struct DistConfig {
  double timeout = 60;

  template <class V>
  void fields(V& v) {
    v("timeout", timeout,
      "seconds after which ranks that hear nothing of another end the run; one that computes is "
      "heard",
      {.free = true, .min = 5, .max = 86400});
  }
};

// A complete run.
struct Experiment {
  static constexpr std::span<const OtherName> kOtherNames = kKeyNames;

  int64_t seed = 0;
  std::string device = "auto";
  std::string precision = "auto";
  int64_t threads = 0;
  DataConfig data;
  model::ModelConfig model;
  loss::AnyTokenLoss loss;
  train::OptimConfig optim;
  TrainConfig train;
  EvaluateConfig evaluate;
  InitConfig init;
  DistConfig dist;

  template <class V>
  void fields(V& v) {
    v("seed", seed, "of weights, order, augmentation and exploration", {.min = 0});
    v("device", device,
      "where to compute: auto, cpu, cuda, or one GPU as cuda:1; auto is a GPU where there is one",
      {.free = true});
    v("precision", precision, "of activations; auto is bfloat16 on a GPU, else float32",
      {.choices = {"auto", "float32", "bfloat16"}});
    v("threads", threads, "processor threads; 0 for one a processor",
      {.free = true, .min = 0, .max = 4096});
    v("data", data, "");
    v("model", model, "");
    v("loss", loss, "loss of each cell's token");
    v("optim", optim, "");
    v("train", train, "");
    v("evaluate", evaluate, "");
    v("init", init, "");
    v("dist", dist, "");
  }
};

// Reads a config strictly and checks what crosses components. Error naming all mistakes, each with
// file and line or the override, and key. Says what a change of kind does besides: to the log, or
// to `notes`.
Experiment load_experiment(const std::filesystem::path& path,
                           std::span<const std::string> overrides = {},
                           std::vector<std::string>* notes = nullptr);

// What can be done and is hardly meant, a line each: attention that cannot tell cells apart,
// latents that nothing updates.
std::vector<std::string> doubts_about(const Experiment& experiment);

// The config that a path names: itself, or that of a run folder. Error where a folder has none.
std::filesystem::path config_file_at(const std::filesystem::path& path);

// Overrides that make a folder the only data of a config; none where it is empty.
std::vector<std::string> data_overrides(const std::string& folder);

// Parts of a batch: train.shards, or what stands for it, the same on every machine. Of fewer rows
// products are slow.
inline int64_t shards_of(const TrainConfig& train) {
  constexpr int64_t kMost = 8, kLeastRows = 4;
  return train.shards.value_or(std::clamp<int64_t>(train.batch / kLeastRows, 1, kMost));
}

// A config as read, with the keys that earlier versions had another name for in their new place;
// `notes` gets what is to be said of that and of changes of kind.
Experiment read_experiment(ConfigNode tree, std::vector<std::string>* notes = nullptr);

// Rows that an evaluation computes at once: evaluate.batch, or else train.batch.
inline int64_t evaluation_batch(const Experiment& experiment) {
  return experiment.evaluate.batch.value_or(experiment.train.batch);
}

// Supervision steps of a trajectory in an evaluation.
int64_t evaluation_depth(const Experiment& experiment);

// How an evaluation solves each puzzle; `own` is the motion of the model's core. Error naming what
// does not go together in the section `evaluate`.
eval::Search search_of(const Experiment& experiment, const model::Motion& own);

// Where to compute; writes what `auto` and 0 stand for on this machine into the experiment, so that
// the run's config says what it ran with.
Compute resolve_compute(Experiment& experiment);

}  // namespace trm::experiment
