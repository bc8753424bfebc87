#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dist/world.h"
#include "experiment/puzzles.h"

namespace trm::experiment {

// What the ranks of a run decide together, so that all do the same at the same step. With one rank
// every answer is its own.
class Agreement {
 public:
  explicit Agreement(std::shared_ptr<dist::World> world) : world_(std::move(world)) {}

  bool writes() const { return world_->is_first(); }  // rank 0 alone writes files
  const std::shared_ptr<dist::World>& world() const { return world_; }

  // What any rank has been asked: a signal to stop at, 0 for none; and whether to save.
  struct Asked {
    int signal = 0;
    bool save = false;
  };
  Asked ask(bool save) const;

  // A step that rank 0 alone knows, or nothing.
  std::optional<int64_t> of_first(const std::optional<int64_t>& step) const;

  // Error on a rank whose program, config or data are not rank 0's, naming the difference.
  void check_same(const Experiment& experiment, const Puzzles& puzzles) const;

 private:
  std::shared_ptr<dist::World> world_;
};

}  // namespace trm::experiment
