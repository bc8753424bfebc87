#include <string>
#include <vector>

#include "kernels/gpu/pack.cuh"
#include "tests/kernels/emulation/numbers.h"

// Kernels right and wrong, where the emulation looks for shared memory.
namespace trm::kernels::gpu {
namespace {

// Each block's sum of its numbers, by as many threads as there are.
__global__ void sums(const float* x, float* sum, int barrier_for_threads) {
  __shared__ float parts[512];
  const unsigned i = threadIdx.x + threadIdx.y * blockDim.x;
  parts[i] = x[flat_index() + int64_t{threadIdx.y} * blockDim.x];
  if (static_cast<int>(i) < barrier_for_threads) __syncthreads();
  float total = 0;
  for (unsigned k = 0; k < blockDim.x * blockDim.y; ++k) total += parts[k];
  if (i == 0) sum[blockIdx.x] = total;
}

__global__ void barrier_twice(bool by_halves) {
  if (by_halves && threadIdx.x < 32) {
    __syncthreads();
  } else {
    __syncthreads();
  }
}

__global__ void shuffle(float* y, unsigned lanes, unsigned mask) {
  if (threadIdx.x >= lanes) return;
  y[threadIdx.x] = __shfl_xor_sync(mask, static_cast<float>(threadIdx.x), 5);
}

__global__ void fill_shared(float* y) {
  __shared__ float parts[12289];
  for (unsigned i = threadIdx.x; i < 12289; i += blockDim.x) parts[i] = 0;
  __syncthreads();
  y[threadIdx.x] = parts[threadIdx.x];
}

__global__ void one_after_another(float* y) {
  for (int k = 0; k < 3; ++k) y[threadIdx.x] = warp_sum(1.0F) + static_cast<float>(k);
}

__global__ void place_of(int* y) {
  const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  y[block * 24 + thread] = static_cast<int>(block * 24 + thread);
}

}  // namespace
}  // namespace trm::kernels::gpu

namespace trm::emulation {
namespace {

using namespace kernels::gpu;

template <class F>
std::string fault_of(const F& f) {
  try {
    f();
  } catch (const Fault& fault) {
    return fault.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("an emulated block's threads meet at barriers", "[unit]") {
  Array<float> x(192), sum(3);
  x.fill(Numbers(192, 1));
  queue_kernel("sums", sums, 3, 64, nullptr, x.data(), sum.data(), 64);
  CHECK(sum.numbers() == Numbers(3, 64));
}

TEST_CASE("the emulation runs every thread of a grid of three dimensions once", "[unit]") {
  Array<int> y(24 * 30);
  queue_kernel("place_of", place_of, dim3(5, 3, 2), dim3(2, 3, 4), nullptr, y.data());
  for (size_t i = 0; i < y.size(); ++i) CHECK(y[i] == static_cast<int>(i));
}

TEST_CASE("without a barrier the emulation reads shared memory that is NaN", "[unit]") {
  Array<float> x(64), sum(1);
  x.fill(Numbers(64, 1));
  queue_kernel("sums", sums, 1, 64, nullptr, x.data(), sum.data(), 64);
  CHECK(sum[0] == 64);
  queue_kernel("sums", sums, 1, 64, nullptr, x.data(), sum.data(), 0);
  CHECK(std::isnan(sum[0]));
}

TEST_CASE("the emulation finds a barrier that not all threads reach, and goes on after", "[unit]") {
  Array<float> x(64), sum(1);
  x.fill(Numbers(64, 1));
  const auto run = [&](int threads) {
    return fault_of(
        [&] { queue_kernel("sums", sums, 1, 64, nullptr, x.data(), sum.data(), threads); });
  };
  CHECK(contains(run(63), "only 63 of 64 threads reach it"));
  CHECK(contains(run(1), "a barrier at grid_test.cpp:16: only 1 of 64 threads"));
  CHECK(run(64) == "none");
  CHECK(sum[0] == 64);
}

TEST_CASE("the emulation finds threads that wait at different barriers", "[unit]") {
  const auto run = [](bool by_halves) {
    return fault_of(
        [&] { queue_kernel("barrier_twice", barrier_twice, 1, 64, nullptr, by_halves); });
  };
  CHECK(contains(run(true), "threads that are to meet wait at grid_test.cpp:"));
  CHECK(run(false) == "none");
}

TEST_CASE("the emulation finds shuffles of less than a warp", "[unit]") {
  Array<float> y(64);
  const auto run = [&](unsigned threads, unsigned lanes, unsigned mask) {
    return fault_of(
        [&] { queue_kernel("shuffle", shuffle, 1, threads, nullptr, y.data(), lanes, mask); });
  };
  CHECK(run(64, 64, 0xFFFFFFFFU) == "none");
  for (size_t i = 0; i < 64; ++i) CHECK(y[i] == static_cast<float>(i ^ 5U));
  CHECK(run(64, 32, 0xFFFFFFFFU) == "none");  // the second warp has left whole
  CHECK(contains(run(64, 63, 0xFFFFFFFFU), "only 31 of 32 threads reach it"));
  CHECK(contains(run(48, 48, 0xFFFFFFFFU), "only 16 of 32 threads reach it"));
  CHECK(contains(run(32, 32, 0xFFFFU), "not of the whole warp"));
}

TEST_CASE("emulated lanes that are ahead do not disturb the others", "[unit]") {
  Array<float> y(256);
  for (int i = 0; i < 50; ++i) {
    queue_kernel("one_after_another", one_after_another, 1, 256, nullptr, y.data());
    CHECK(y.numbers() == Numbers(256, 34));
  }
}

TEST_CASE("the emulation refuses launches that a device refuses", "[unit]") {
  Array<float> y(1024);
  const auto run = [&](dim3 grid, dim3 block) {
    try {
      queue_kernel("shuffle", shuffle, grid, block, nullptr, y.data(), 0U, 0U);
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  const std::string refused = "CUDA kernel shuffle: invalid configuration argument";
  CHECK(run(1, 1024) == "none");
  CHECK(run(1, 1025) == refused);
  CHECK(run(1, dim3(32, 33)) == refused);
  CHECK(run(1, dim3(1, 1, 65)) == refused);
  CHECK(run(1, 0) == refused);
  CHECK(run(0, 32) == refused);
  CHECK(run(dim3(1, 65536), 32) == refused);
  CHECK_FALSE(fits_device(1, 32, 49153));
}

TEST_CASE("the emulation finds more shared memory than a block has", "[unit]") {
  Array<float> y(64);
  const auto run = [&] { queue_kernel("fill_shared", fill_shared, 1, 64, nullptr, y.data()); };
  CHECK(contains(fault_of(run), "a block has 49156 bytes of shared memory; 49152 is"));
}

TEST_CASE("emulated bfloat16 is rounded to the nearest, to the even one between two", "[unit]") {
  const auto rounded = [](float x) { return __bfloat162float(__float2bfloat16_rn(x)); };
  CHECK(rounded(1.0F + 0x1p-8F) == 1.0F);
  CHECK(rounded(1.0F + 0x1p-8F + 0x1p-20F) == 1.0F + 0x1p-7F);
  CHECK(rounded(1.0F + 0x1p-7F + 0x1p-8F) == 1.0F + 0x1p-6F);
  CHECK(rounded(-3.0F) == -3.0F);
  CHECK(std::isinf(rounded(3.4e38F)));
  CHECK(std::isnan(rounded(std::nanf(""))));
}

TEST_CASE("indices of kernels are right beyond 32 bits", "[unit]") {
  const int64_t large = (int64_t{1} << 40) + 12345;
  CHECK(quotient(large, 513) == large / 513);
  CHECK(quotient(large, large) == 1);
  CHECK(quotient(4294967295, 7) == 613566756);
  CHECK(quotient(4294967296, 7) == 613566756);
  CHECK(blocks_for(large, 1 << 20) == 1048577);
  CHECK_THROWS_AS(blocks_for(large, 100), std::logic_error);
}

}  // namespace trm::emulation
