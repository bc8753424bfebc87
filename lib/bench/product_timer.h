#pragma once

#include <map>
#include <string>

#include "nn/cost.h"
#include "tensor/device.h"

namespace trm::bench {

// Times a matrix product alone, every way that LibTorch can do it: its two CPU libraries, batched,
// one by one or all as one, with either operand stored transposed. On a processor as many workers
// as a step has do it at the same time, each by one thread.
class ProductTimer {
 public:
  ProductTimer(const Compute& compute, int64_t workers) : compute_(compute), workers_(workers) {}

  struct Timed {
    double seconds;   // of one worker's, the fastest way, the median of several runs
    std::string way;  // "oneDNN a b^T"
  };
  // Each shape is timed once.
  Timed time(const nn::Product& product);

 private:
  Timed measure(const nn::Product& product) const;

  Compute compute_;
  int64_t workers_;
  std::map<nn::Product, Timed> known_;
};

}  // namespace trm::bench
