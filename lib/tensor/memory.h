#pragma once

#include <cstdint>
#include <optional>

#include "tensor/torch.h"

namespace trm {

// Memory of the device that is free for this program, in bytes: on a CPU what the system could give
// without swapping, within the limit of the process's control group. Nothing where that is unknown.
std::optional<int64_t> free_memory_bytes(const torch::Device& device);

}  // namespace trm
