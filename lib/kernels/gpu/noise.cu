#include "kernels/gpu/pack.cuh"
#include "kernels/gpu/queue.h"
#include "kernels/uniform_block.h"

namespace trm::kernels::gpu {
namespace {

// A thread draws one block of four numbers of a row.
__global__ void uniform(float* __restrict__ out, uint64_t key, const int64_t* __restrict__ step,
                        const int64_t* __restrict__ rows, int64_t columns, int64_t blocks,
                        int64_t count) {
  const int64_t i = flat_index();
  if (i >= count) return;
  const int64_t row = quotient(i, blocks);
  const int64_t block = i - row * blocks;
  const auto numbers =
      uniform_block(key, static_cast<uint64_t>(*step), static_cast<uint64_t>(rows[row]),
                    static_cast<uint32_t>(block));
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    const int64_t column = block * 4 + k;
    if (column < columns) out[row * columns + column] = numbers[k];
  }
}

}  // namespace

void queue_uniform(float* out, uint64_t key, const int64_t* step, const int64_t* ids, int64_t rows,
                   int64_t columns, cudaStream_t stream) {
  const int64_t blocks = (columns + 3) / 4;
  const int64_t count = rows * blocks;
  if (count == 0) return;
  queue_kernel("uniform", uniform, blocks_for(count, kThreads), kThreads, stream, out, key, step,
               ids, columns, blocks, count);
}

}  // namespace trm::kernels::gpu
