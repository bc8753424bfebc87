#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace trm::apps {

// "--ranks" and "--max-restarts": this program again, several times at once, on this machine.
class RankOptions {
 public:
  void add(CLI::App& command);

  // Whether this process is to start others, and does no work of its own.
  bool asked() const { return ranks_ > 1 || max_restarts_ > 0; }
  // Starts them with the same command line, less these options, and with `more` behind it; the exit
  // code (dist/launcher.h).
  int run(int argc, char** argv, const std::vector<std::string>& more) const;

 private:
  int ranks_ = 1, max_restarts_ = 0;
};

}  // namespace trm::apps
