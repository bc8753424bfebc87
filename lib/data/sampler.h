#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "data/dataset.h"

namespace trm::data {

// What a sampler draws from and for whom.
struct SamplerContext {
  std::shared_ptr<const Dataset> data;
  std::vector<int64_t> groups;  // those of the data set that take part
  int64_t batch = 0;            // rows of a global batch
  uint64_t seed = 0;
};

// The order of training: which examples make up which batch.
class Sampler {
 public:
  virtual ~Sampler() = default;
  // Examples of the global batch of a step; steps count from 1. A function of (seed, step) alone,
  // whatever was asked before.
  virtual std::vector<int64_t> batch(int64_t step) = 0;
};

}  // namespace trm::data
