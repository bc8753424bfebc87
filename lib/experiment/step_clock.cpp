#include "experiment/step_clock.h"

namespace trm::experiment {

void StepClock::set(int64_t step, double seconds) {
  runs_ = false;
  before_ = rated_seconds_ = seconds;
  rated_step_ = step;
}

void StepClock::start() {
  since_ = Clock::now();
  runs_ = true;
}

double StepClock::seconds() const {
  if (!runs_) return before_;
  return before_ + std::chrono::duration<double>(Clock::now() - since_).count();
}

double StepClock::rate(int64_t step) {
  const auto now = seconds(), passed = now - rated_seconds_;
  const auto steps = static_cast<double>(step - rated_step_);
  rated_step_ = step;
  rated_seconds_ = now;
  return passed > 0 ? steps / passed : 0;
}

StepClock::Pause::Pause(StepClock& clock) : clock_(clock), ran_(clock.runs_) {
  if (!ran_) return;
  synchronize(clock.device_);
  clock.before_ = clock.seconds();
  clock.runs_ = false;
}

StepClock::Pause::~Pause() {
  if (ran_) clock_.start();
}

}  // namespace trm::experiment
