#include "apps/rank_options.h"

#include <chrono>

#include "apps/app.h"
#include "core/log.h"
#include "dist/launcher.h"
#include "tensor/device.h"

namespace trm::apps {
namespace {

constexpr const char* kRanks = "--ranks";
constexpr const char* kMaxRestarts = "--max-restarts";

}  // namespace

void RankOptions::add(CLI::App& command, bool restarts) {
  command
      .add_option(kRanks, ranks_, "Processes on this machine that share the work; 1 for this one")
      ->type_name("NUMBER")
      ->check(CLI::Range(1, 4096));
  if (!restarts) return;
  command
      .add_option(kMaxRestarts, max_restarts_,
                  "How often to go on from the newest checkpoint when a process has failed")
      ->type_name("NUMBER")
      ->check(CLI::Range(0, 1'000'000));
}

int RankOptions::run(int argc, char** argv, const std::vector<std::string>& more) const {
  std::vector<std::string> command;
  for (int i = 0; i < argc; ++i) {
    const std::string word = argv[i];
    const auto name = word.substr(0, word.find('='));
    if (name != kRanks && name != kMaxRestarts) {
      command.push_back(word);
    } else if (name == word) {
      ++i;  // its value is the next word
    }
  }
  command.insert(command.end(), more.begin(), more.end());
  return dist::run_ranks({ranks_, max_restarts_, std::move(command)});
}

std::shared_ptr<dist::World> join_ranks(double timeout) {
  const auto launch = dist::read_launch();
  if (launch.alone()) return dist::one_process();
  if (!launch.is_first()) set_quiet();
  choose_device(launch.local_rank);
  const std::chrono::duration<double> seconds(timeout);
  return std::make_shared<dist::World>(
      launch, std::chrono::duration_cast<std::chrono::milliseconds>(seconds));
}

int64_t usual_threads() {
  const auto launch = dist::read_launch();
  return launch.alone() ? 0 : dist::share_of_processors(launch);
}

}  // namespace trm::apps
