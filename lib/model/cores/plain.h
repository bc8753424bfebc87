#pragma once

#include <memory>

#include "core/config.h"
#include "model/core.h"

namespace trm::model {

// No recursion inside a supervision step (spec 2.8, the reference's transformers_baseline):
// z_H = net(z_H + x), once.
class Plain : public Core {
 public:
  struct Config {
    static constexpr std::string_view kind = "plain";

    MotionConfig motion = {};

    template <class V>
    void fields(V& v) {
      motion.fields(v);
    }
  };

  Plain(const Config& config, const CoreShape& shape, nn::Initializer& init) : Core(config.motion) {
    net_ = register_module("H_level", std::make_shared<nn::Stack>(shape.layers, shape.mixer, init));
    init_ = register_buffer("H_init", init.truncated_normal({shape.mixer.width}, 1));
  }

  LatentState initial() const override { return LatentState({{"z_H", init_.view({1, 1, -1})}}); }
  const torch::Tensor& answer(const LatentState& state) const override { return state[0]; }
  int64_t head_size() const override { return net_->head_size(); }
  std::vector<Work> work(int64_t rows) const override { return {{net_->cost(rows), 0, 1}}; }

 protected:
  void advance(LatentState& state, const Encoded& input, const StepContext& context) override {
    update(state, 0, *net_, state[0] + input.x, input, context);
  }

 private:
  std::shared_ptr<nn::Stack> net_;
  torch::Tensor init_;  // [D]
};

}  // namespace trm::model
