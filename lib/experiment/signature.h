#pragma once

#include <string>

#include "experiment/experiment.h"

namespace trm::experiment {

// What a change of numbers would change, as text: parameter names and shapes and the hash of the
// first 20 batches, which are exact everywhere, then ten training losses, which differ between
// machines in their last digits.
std::string signature(Experiment experiment);

}  // namespace trm::experiment
