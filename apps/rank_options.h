#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "dist/world.h"

namespace trm::apps {

// "--ranks" and "--max-restarts": this program again, several times at once, on this machine.
class RankOptions {
 public:
  // `restarts`: whether the program can go on from where it was.
  void add(CLI::App& command, bool restarts);

  // Whether this process is to start others, and does no work of its own.
  bool asked() const { return ranks_ > 1 || max_restarts_ > 0; }
  // Starts them with the same command line, less these options, and with `more` behind it; the exit
  // code (dist/launcher.h).
  int run(int argc, char** argv, const std::vector<std::string>& more) const;

 private:
  int ranks_ = 1, max_restarts_ = 0;
};

// This process among the ranks that its launcher has started, or alone. Ranks but the first are
// quiet from here on; each has a GPU of its own, where there are as many. `timeout` in seconds.
std::shared_ptr<dist::World> join_ranks(double timeout);

// How many threads a rank has where none are named; 0, for all of them, where it is alone.
int64_t usual_threads();

}  // namespace trm::apps
