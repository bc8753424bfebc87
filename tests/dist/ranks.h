#pragma once

#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/catch.h"
#include "tests/program.h"
#include "tests/scratch_folder.h"

namespace trm {

// Ranks of dist_rank, started by our own launcher.
class StartedRanks {
 public:
  StartedRanks(int ranks, std::vector<std::string> words, int timeout_ms = 60'000, int restarts = 0,
               const std::vector<std::string>& variables = {}) {
    words.insert(words.begin(), {"launch", std::to_string(ranks), std::to_string(restarts)});
    std::vector<std::string> all = {"OMP_NUM_THREADS=1", "OMP_WAIT_POLICY=passive",
                                    "DIST_FOLDER=" + scratch_.path().string(),
                                    "DIST_TIMEOUT=" + std::to_string(timeout_ms)};
    all.insert(all.end(), variables.begin(), variables.end());
    program_ = std::make_unique<Program>(scratch_, "dist_rank", words, all);
  }

  // Waits until the rank has taken some steps; its process.
  pid_t process_of(int rank) const {
    const auto path = scratch_ / ("ready." + std::to_string(rank));
    for (int i = 0; i < 400; ++i) {
      pid_t process = 0;
      if (std::ifstream(path) >> process) return process;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    FAIL("rank " << rank << " took no step: " << program_->err());
    return 0;
  }
  void forget(int rank) const { fs::remove(scratch_ / ("ready." + std::to_string(rank))); }

  // From now on.
  struct End {
    int code;
    double seconds;
    std::string out, err;
  };
  End end() {
    const auto began = std::chrono::steady_clock::now();
    const int code = program_->wait();
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - began;
    return {code, time.count(), program_->out(), program_->err()};
  }
  End end_after(int rank, int signal) {
    ::kill(process_of(rank), signal);
    return end();
  }
  Program& launcher() { return *program_; }

 private:
  ScratchFolder scratch_;
  std::unique_ptr<Program> program_;
};

inline std::string this_host() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

}  // namespace trm
