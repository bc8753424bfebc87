#pragma once

#include <map>
#include <string>
#include <tuple>

#include "nn/cost.h"
#include "tensor/device.h"

namespace trm::bench {

// Times a matrix product alone, every way that LibTorch can do it: its two CPU libraries, batched
// or one by one, with either operand stored transposed.
class ProductTimer {
 public:
  explicit ProductTimer(const Compute& compute) : compute_(compute) {}

  struct Timed {
    double seconds;   // of the fastest way, the median of several runs
    std::string way;  // "oneDNN a b^T"
  };
  // Each shape is timed once.
  Timed time(const nn::Product& product);

 private:
  Timed measure(const nn::Product& product) const;

  Compute compute_;
  std::map<std::tuple<int64_t, int64_t, int64_t, int64_t>, Timed> known_;
};

}  // namespace trm::bench
