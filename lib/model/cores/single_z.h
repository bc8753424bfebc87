#pragma once

#include <memory>

#include "core/config.h"
#include "model/core.h"

namespace trm::model {

// TRM with one latent (spec 2.8): H_cycles times { L_cycles times z = net(z + x); z = net(z) }, the
// gradient through the whole last cycle.
class SingleZ : public Core {
 public:
  struct Config {
    static constexpr std::string_view kind = "single_z";
    int64_t H_cycles = 3;
    int64_t L_cycles = 6;
    MotionConfig motion = {};

    template <class V>
    void fields(V& v) {
      v("H_cycles", H_cycles, "outer cycles a supervision step; the last one has the gradient",
        {.min = 1});
      v("L_cycles", L_cycles, "updates with the puzzle in each outer cycle, before one without it",
        {.min = 1});
      motion.fields(v);
    }
  };

  SingleZ(const Config& config, const CoreShape& shape, nn::Initializer& init);

  LatentState initial() const override;
  const torch::Tensor& answer(const LatentState& state) const override { return state[0]; }
  int64_t head_size() const override { return net_->head_size(); }
  std::vector<Work> work(int64_t rows) const override;

 protected:
  void advance(LatentState& state, const Encoded& input, const StepContext& context) override;

 private:
  void cycle(LatentState& state, const Encoded& input, const StepContext& context);

  Config config_;
  std::shared_ptr<nn::Stack> net_;
  torch::Tensor init_;  // [D]
};

}  // namespace trm::model
