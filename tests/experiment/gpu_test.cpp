// A run on a GPU: log, checkpoints, evaluations.

#include "tests/gpu.h"

#include "experiment/session.h"
#include "tests/experiment/run_comparison.h"
#include "tests/experiment/small_experiment.h"

namespace trm::experiment {
namespace {

// Attention's gradient is what repeats only where LibTorch is asked for it.
const std::vector<std::string> kOnGpu = {"device=cuda", "train.eval_steps=25", "train.log_steps=5",
                                         "model.layers.0.mixer={kind: attention, heads: 2}",
                                         "model.input.positions=rotary"};

SessionResult train(const SmallExperiment& small, const std::string& name,
                    const std::vector<std::string>& more) {
  auto overrides = kOnGpu;
  overrides.insert(overrides.end(), more.begin(), more.end());
  run::RunFolder run(small.scratch / name);
  return run_session(small.load(overrides), run);
}

}  // namespace

TEST_CASE("a run on a GPU repeats, and goes on as if it had not been stopped", "[gpu]") {
  if (no_gpu()) return;
  for (const char* precision : {"float32", "bfloat16"}) {
    for (const char* shards : {"1", "2"}) {
      INFO(precision << ", " << shards << " shards");
      const SmallExperiment small;
      const std::vector<std::string> numbers = {"precision=" + std::string(precision),
                                                "train.shards=" + std::string(shards)};
      const auto with_steps = [&](const char* steps) {
        auto overrides = numbers;
        overrides.push_back("train.steps=" + std::string(steps));
        return overrides;
      };
      train(small, "whole", with_steps("50"));
      train(small, "again", with_steps("50"));
      train(small, "cut", with_steps("25"));
      train(small, "cut", with_steps("50"));
      for (const char* steps : {"25", "50"}) {
        auto overrides = with_steps(steps);
        overrides.push_back("train.graph=auto");
        train(small, "replayed", overrides);
      }
      const auto last = [&](const char* run) {
        return small.scratch / run / "checkpoints/step_50";
      };
      check_equal_checkpoints(last("whole"), last("again"));
      check_equal_checkpoints(last("whole"), last("cut"));
      check_equal_checkpoints(last("whole"), last("replayed"));
      CHECK(log_of(small.scratch / "whole") == log_of(small.scratch / "again"));
      CHECK(log_in_one_go(small.scratch / "cut") == log_of(small.scratch / "whole"));
      CHECK(log_in_one_go(small.scratch / "replayed") == log_of(small.scratch / "whole"));
    }
  }
}

}  // namespace trm::experiment
