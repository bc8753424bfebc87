#pragma once

#include <string>
#include <vector>

#include "model/model.h"
#include "tensor/archive.h"

namespace trm::reference {

// The model that weights by our names are of, as far as names and shapes say. `missing` gets the
// config keys that they do not.
model::ModelConfig infer_model(const Archive& weights, std::vector<std::string>& missing);

}  // namespace trm::reference
