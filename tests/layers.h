#pragma once

#include <map>
#include <set>
#include <string>

namespace trm {

using Words = std::set<std::string>;

// What a folder may include of the others, as the table of lib/README.md has it. Siblings never
// include each other.
inline const std::map<std::string, Words>& layers() {
  static const auto with = [](Words words, const Words& more) {
    words.insert(more.begin(), more.end());
    return words;
  };
  static const Words shared = {"core", "format", "tensor", "kernels", "dist"};
  static const Words below_train =
      with(shared, {"data", "nn", "optim", "run", "model", "loss", "eval"});
  static const Words below_experiment = with(below_train, {"train", "reference", "plan"});
  static const Words below_sweep = with(below_experiment, {"experiment", "bench", "survey"});
  static const std::map<std::string, Words> table = {
      {"core", {}},
      {"format", {"core"}},
      {"fetch", {"core", "format"}},
      {"figure", {"core", "format"}},
      {"tensor", {"core", "format"}},
      {"kernels", {"core", "tensor"}},
      {"dist", {"core", "tensor"}},
      {"data", shared},
      {"report", {"core", "format", "tensor", "data", "figure"}},
      {"nn", shared},
      {"optim", shared},
      {"run", shared},
      {"model", {"core", "tensor", "kernels", "nn"}},
      {"loss", {"core", "tensor", "kernels", "model"}},
      {"eval", {"core", "format", "tensor", "kernels", "dist", "data", "model", "loss", "run"}},
      {"train", below_train},
      {"reference", with(below_train, {"train"})},
      {"plan", {"core", "tensor", "kernels", "nn", "model"}},
      {"experiment", below_experiment},
      {"bench", with(below_experiment, {"experiment"})},
      {"survey", with(below_experiment, {"experiment", "bench"})},
      {"sweep", with(below_sweep, {"figure"})},
      {"apps", with(below_sweep, {"fetch", "figure", "report", "sweep"})},
  };
  return table;
}

}  // namespace trm
