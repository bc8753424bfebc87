#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <source_location>
#include <stdexcept>

// A CUDA grid on one thread of the host. Its blocks run one after another, the last first; a
// block's threads are fibres that start and go on in random order (of a fixed seed), so that code
// that needs one order fails. They meet at barriers and warp shuffles alone.

namespace trm::emulation {

struct Index {
  unsigned x = 0, y = 0, z = 0;
};
struct Size {
  unsigned x, y, z;
  constexpr Size(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
  constexpr uint64_t count() const { return uint64_t{x} * y * z; }
};

// Of the thread that runs.
struct Position {
  Index thread, block;
  Size block_size, grid_size;
};
inline Position position;

// What a kernel does that no GPU defines: a barrier or shuffle that not all threads of the block or
// warp reach, or reach at different places of the source; more shared memory than a block has.
class Fault : public std::logic_error {
  using std::logic_error::logic_error;
};

// Whether a device takes a launch: at most 1024 threads a block, 48 KiB of dynamic shared memory,
// and the largest sizes along each dimension.
bool fits_device(Size grid, Size block, size_t dynamic_bytes);

// Where set, a grid runs its last blocks alone, as many as this: for grids too large to run whole.
inline uint64_t last_blocks = 0;

// Calls `thread` once for each thread of the grid. Throws Fault, and what a thread throws.
void run_grid(Size grid, Size block, const std::function<void()>& thread);

// --- for the thread that runs ---

// Waits until all threads of the block are here.
void meet_block(std::source_location place);

// Gives a word to the other lanes of the warp, all of whom are to be here, and takes that of the
// lane `from`.
uint64_t exchange(unsigned mask, uint64_t word, unsigned from, std::source_location place);
unsigned lane();

}  // namespace trm::emulation
