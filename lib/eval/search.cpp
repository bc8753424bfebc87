#include "eval/search.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace trm::eval {
namespace {

Selection selection_of(const std::string& name) {
  const auto* const place = std::find(std::begin(kSelections), std::end(kSelections), name);
  return static_cast<Selection>(place - std::begin(kSelections));
}

[[noreturn]] void refuse(const char* key, const std::string& text) {
  throw Error(fmt::format("evaluate.{}: {}", key, text));
}

void check(const Search& search) {
  const bool alike = search.breadth() > 1 && search.step_noise == 0 &&
                     !(search.motion && (search.motion->random_start || search.motion->noise > 0));
  if (alike) {
    refuse("breadth", fmt::format("{} trajectories that are all alike; set evaluate.start=random, "
                                  "or evaluate.noise.sigma",
                                  search.breadth()));
  }
  if (search.selects(Selection::kResidual) && search.depths.front() < 2)
    refuse("select", "residual needs an evaluate.depth of at least 2");
  if (search.resample_every && search.breadth() == 1)
    refuse("resample.every", "needs an evaluate.breadth of more than 1");
  if (search.resample_every && search.breadths.size() > 1) {
    refuse("resample.every",
           "trajectories that are drawn anew from among more are not those of fewer; give one "
           "evaluate.breadth");
  }
  if (search.resample_every && search.halt != Halt::kNever)
    refuse("resample.every",
           "trajectories that halt cannot be drawn anew; set evaluate.halt=never");
}

std::vector<int64_t> ascending(std::vector<int64_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

int64_t largest(const std::vector<int64_t>& numbers, int64_t usual) {
  return numbers.empty() ? usual : *std::max_element(numbers.begin(), numbers.end());
}

}  // namespace

std::string_view name_of(Selection selection) {
  return kSelections[static_cast<size_t>(selection)];
}

bool Search::selects(Selection selection) const {
  return std::find(selections.begin(), selections.end(), selection) != selections.end();
}

int64_t depth_of(const SearchConfig& config, int64_t usual_depth) {
  return largest(config.depth, usual_depth);
}

int64_t breadth_of(const SearchConfig& config) { return largest(config.breadth, 1); }

Search search_of(const SearchConfig& config, int64_t usual_depth, const model::Motion& own,
                 uint64_t run_seed) {
  Search search;
  search.depths = ascending(config.depth);
  if (search.depths.empty()) search.depths = {usual_depth};
  search.breadths = ascending(config.breadth);
  if (search.breadths.empty()) search.breadths = {1};
  search.seed = config.seed ? static_cast<uint64_t>(*config.seed) : run_seed;

  auto motion = own;
  if (config.start) motion.random_start = *config.start == "random";
  if (config.mix) motion.mix = *config.mix;
  const auto target = config.noise.target == "both" ? "z" : config.noise.target;
  if (config.noise.sigma && config.noise.per == "pass") {
    motion.noise = *config.noise.sigma;
    motion.noise_on = target;
  }
  search.motion = motion;
  if (config.noise.per == "step") search.step_noise = config.noise.sigma.value_or(0);
  search.step_noise_on = target;

  search.selections.clear();
  for (const auto& name : config.select) {
    const auto selection = selection_of(name);
    if (!search.selects(selection)) search.selections.push_back(selection);
  }
  if (search.selections.empty()) search.selections = {Selection::kLast};
  search.latent_residual = config.residual.of == "latents";
  search.window = config.residual.window;
  search.resample_every = config.resample.every;
  search.temperature = config.resample.temperature;
  search.halt = config.halt == "q"           ? Halt::kQ
                : config.halt == "converged" ? Halt::kConverged
                                             : Halt::kNever;
  search.q_threshold = config.threshold.q;
  search.residual_threshold = config.threshold.residual;
  check(search);
  return search;
}

}  // namespace trm::eval
