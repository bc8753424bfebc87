#pragma once

#include <chrono>
#include <cstdint>

#include "tensor/device.h"

namespace trm::experiment {

// The time that steps of training take, from step 0 of the run on, without what lies between them:
// evaluations and saving. It stands still until it is started.
class StepClock {
 public:
  explicit StepClock(torch::Device device) : device_(device) {}

  // Of a run that has come to a step in so many seconds.
  void set(int64_t step, double seconds);
  void start();
  double seconds() const;
  // Steps a second since this was last asked, or the clock set.
  double rate(int64_t step);

  // Stands still while this lives; a GPU first finishes the steps that it was given.
  class Pause {
   public:
    explicit Pause(StepClock& clock);
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    StepClock& clock_;
    bool ran_;
  };

 private:
  using Clock = std::chrono::steady_clock;

  torch::Device device_;
  bool runs_ = false;
  Clock::time_point since_;
  double before_ = 0;  // since_
  int64_t rated_step_ = 0;
  double rated_seconds_ = 0;
};

}  // namespace trm::experiment
