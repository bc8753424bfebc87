#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "model/core.h"

namespace trm::eval {

// Which of a puzzle's trajectories answers: that with the highest halting value, the smallest
// residual, the highest confidence; the answer that most of them give; one that is right, if any
// is. `last` is the first trajectory as it is, no choice at all.
inline constexpr std::string_view kSelections[] = {"last",       "best_q", "residual",
                                                   "confidence", "vote",   "oracle"};

struct NoiseConfig {
  std::string per = "step";
  std::string target = "z_L";
  std::optional<double> sigma;

  template <class V>
  void fields(V& v) {
    v("per", per, "step: added before each supervision step; pass: in every update of a latent",
      {.free = true, .choices = {"step", "pass"}});
    v("target", target, "which latents", {.free = true, .choices = {"z_H", "z_L", "both"}});
    v("sigma", sigma,
      "its standard deviation; null for none, beyond what model.core.noise says of a pass",
      {.free = true, .min = 0, .max = 1000});
  }
};

struct ResidualConfig {
  std::string of = "logits";
  int64_t window = 3;

  template <class V>
  void fields(V& v) {
    v("of", of,
      "what changes from one supervision step to the next: logits (the length of a cell's change, "
      "the mean of cells) or latents (root mean square)",
      {.free = true, .choices = {"logits", "latents"}});
    v("window", window, "last supervision steps whose mean counts for a selection",
      {.free = true, .min = 1, .max = 100000});
  }
};

struct ResampleConfig {
  std::optional<int64_t> every;
  double temperature = 4;

  template <class V>
  void fields(V& v) {
    v("every", every,
      "supervision steps after which a puzzle's trajectories are drawn anew from among themselves, "
      "the likelier the higher the halting value; null for never",
      {.free = true, .min = 1, .max = 100000});
    v("temperature", temperature, "what the halting value is divided by there: weights exp(q / t)",
      {.free = true, .min = 0, .max = 1e6, .above_min = true});
  }
};

struct ThresholdConfig {
  double q = 0;
  double residual = 0.01;

  template <class V>
  void fields(V& v) {
    v("q", q, "of the halting value, a logit: above it, halt: q stops a trajectory",
      {.free = true, .min = -1000, .max = 1000});
    v("residual", residual,
      "below it a trajectory is converged: halt: converged stops it, and a wrong answer is a "
      "spurious fixed point",
      {.free = true, .min = 0, .max = 1e6});
  }
};

// How each puzzle is solved: keys of the section `evaluate`. Random starts and the residual are of
// equilibrium reasoners (arXiv 2605.21488), noise and the halting value as a judge of stochastic
// rollouts (2605.19943), confidence of C-voting (2604.13521), resampling of guided exploration
// (2605.25230).
struct SearchConfig {
  std::vector<int64_t> depth = {};
  std::vector<int64_t> breadth = {1};
  std::optional<std::string> start;
  NoiseConfig noise;
  std::optional<double> mix;
  std::optional<int64_t> seed;
  std::vector<std::string> select = {"last"};
  ResidualConfig residual;
  ResampleConfig resample;
  std::string halt = "never";
  ThresholdConfig threshold;

  template <class V>
  void fields(V& v) {
    v("depth", depth,
      "supervision steps of a puzzle, or several numbers of them for scores after each, from one "
      "pass; null for model.halting.max_steps",
      {.free = true, .min = 1, .max = 100000});
    v("breadth", breadth,
      "trajectories of a puzzle, which differ by start and noise, or several numbers of them for "
      "scores with the first so many, from one pass",
      {.free = true, .min = 1, .max = 65535});
    v("start", start,
      "of their latents: fixed (one vector each) or random (truncated normal, for every position "
      "and channel); null for what model.core.start says",
      {.free = true, .choices = {"fixed", "random"}});
    v("noise", noise, "that is added to latents");
    v("mix", mix, "in the place of model.core.mix",
      {.free = true, .min = 0, .max = 1, .above_min = true});
    v("seed", seed,
      "of starts and noise, which are functions of seed, example, trajectory and "
      "step; null for the run's seed",
      {.free = true, .min = 0});
    v("select", select,
      "which trajectory answers, one or several of these; the first is the one whose scores come "
      "first",
      {.free = true, .choices = {std::begin(kSelections), std::end(kSelections)}});
    v("residual", residual, "how much an answer still moves");
    v("resample", resample, "trajectories as particles");
    v("halt", halt,
      "when a trajectory stops before its depth: never, by the halting value, or once it has "
      "converged",
      {.free = true, .choices = {"never", "q", "converged"}});
    v("threshold", threshold, "for that");
  }
};

enum class Selection { kLast, kBestQ, kResidual, kConfidence, kVote, kOracle };
enum class Halt { kNever, kQ, kConverged };

// The same with nothing left open.
struct Search {
  std::vector<int64_t> depths = {16}, breadths = {1};  // ascending
  uint64_t seed = 0;
  std::optional<model::Motion> motion = {};  // in the place of the core's own
  double step_noise = 0;
  std::string step_noise_on = "z_L";  // names of latents that begin so
  std::vector<Selection> selections = {Selection::kLast};
  bool latent_residual = false;
  int64_t window = 3;
  std::optional<int64_t> resample_every = {};
  double temperature = 4;
  Halt halt = Halt::kNever;
  double q_threshold = 0, residual_threshold = 0.01;

  int64_t depth() const { return depths.back(); }
  int64_t breadth() const { return breadths.back(); }
  bool selects(Selection selection) const;
};

std::string_view name_of(Selection selection);

// usual_depth: where the config names none. own: how the core moves by itself. Error naming the key
// under `evaluate` on what does not go together.
Search search_of(const SearchConfig& config, int64_t usual_depth, const model::Motion& own,
                 uint64_t run_seed);

// The largest depth and breadth that a config names.
int64_t depth_of(const SearchConfig& config, int64_t usual_depth);
int64_t breadth_of(const SearchConfig& config);

}  // namespace trm::eval
