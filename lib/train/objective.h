#pragma once

#include "loss/act_loss.h"
#include "model/model.h"

namespace trm::train {

// Seconds of the parts of a step, for trm-bench; measured only where asked, because on a GPU it
// means waiting.
struct StepTimes {
  double data = 0, forward = 0, backward = 0, optimizer = 0, total = 0;
};

// Turns a batch into gradients: what a step of training means. The trainer owns the update.
class Objective {
 public:
  virtual ~Objective() = default;

  // Adds the gradient of the step's loss, divided by the batch size, to the model's gradients.
  // Returns the sums of loss::kSumNames, on the device. `batch` is on the device; step counts
  // from 1.
  virtual torch::Tensor accumulate(model::Model& model, const Batch& batch, int64_t step,
                                   StepTimes* times) = 0;

  // What lasts between steps.
  virtual const model::Carry& carry() const = 0;
  virtual void save(Archive& archive) const = 0;
  virtual void load(const model::Model& model, const Archive& archive) = 0;
};

}  // namespace trm::train
