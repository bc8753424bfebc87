#pragma once

#include "experiment/experiment.h"

namespace trm::sweep {

// Of the matrix products of a step of training, FLOP. Error where its data cannot be opened: a
// model depends on them.
double step_operations(experiment::Experiment experiment);

}  // namespace trm::sweep
