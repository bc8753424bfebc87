#pragma once

#include <cstddef>

// The __shared__ arrays of the kernels. Here they are static variables of functions of
// trm::kernels::gpu, which this program's table of symbols lists; nothing else there is static.

namespace trm::emulation {

// Fills them with ones, which are NaN in every floating point type: what a block reads before it
// writes spoils its results.
void poison_shared_memory();

// The bytes of those that were written to since.
size_t written_shared_bytes();

}  // namespace trm::emulation
