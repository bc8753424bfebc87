#pragma once

#include <map>

#include "core/config.h"
#include "data/sampler.h"

namespace trm::data {

// Each epoch shuffles all slots anew: a group has as many slots as its first puzzle has examples,
// and a slot takes that example of a random puzzle of the group. Unlike the reference's order, no
// batch is ever short, none of a puzzle's examples are lost, and any step can be had without the
// ones before.
class Shuffled : public Sampler {
 public:
  struct Config {
    static constexpr std::string_view kind = "shuffled";
    template <class V>
    void fields(V& /*v*/) {}
  };

  Shuffled(const Config& config, const SamplerContext& context);

  std::vector<int64_t> batch(int64_t step) override;

 private:
  struct Slot {
    int32_t group, example;
  };
  const std::vector<Slot>& epoch(int64_t number);

  SamplerContext context_;
  std::vector<Slot> slots_;
  std::map<int64_t, std::vector<Slot>> epochs_;  // the few last used
};

}  // namespace trm::data
