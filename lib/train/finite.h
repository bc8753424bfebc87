#pragma once

#include <optional>
#include <string>

#include "train/trainer.h"

namespace trm::train {

// Whether no number of a tensor is infinite or NaN. Waits for the device.
bool all_finite(const torch::Tensor& value);

// "what: name" of the first tensor of an archive that is not finite; of the puzzle embedding and of
// a carry with its row. Nothing where all are finite.
std::optional<std::string> first_not_finite(const std::string& what, const Archive& archive);

// The same of all that a trainer keeps for longer than a puzzle: weights, puzzle embedding,
// averages, moments.
std::optional<std::string> first_not_finite(const Trainer::Saved& saved);

}  // namespace trm::train
