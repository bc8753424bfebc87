#pragma once

#include <memory>

#include "core/config.h"
#include "model/core.h"

namespace trm::model {

// TRM's two-level recursion with one network (spec 2.8; Jolicoeur-Martineau 2025, arXiv 2510.04871):
// H_cycles times { L_cycles times z_L = net(z_L, z_H + x); z_H = net(z_H, z_L) }, the gradient
// flowing through the whole last cycle.
class Trm : public Core {
 public:
  struct Config {
    static constexpr std::string_view kind = "trm";
    int64_t H_cycles = 3;
    int64_t L_cycles = 6;

    template <class V>
    void fields(V& v) {
      v("H_cycles", H_cycles, "outer cycles a supervision step; the last one has the gradient",
        {.min = 1});
      v("L_cycles", L_cycles, "updates of z_L in each outer cycle", {.min = 1});
    }
  };

  Trm(const Config& config, const CoreShape& shape, nn::Initializer& init);

  void step(LatentState& state, const Encoded& input, const StepContext& context) override;
  LatentState initial() const override;
  const torch::Tensor& answer(const LatentState& state) const override;
  int64_t head_size() const override { return net_->head_size(); }
  std::vector<Work> work(int64_t rows) const override;

 private:
  void cycle(LatentState& state, const Encoded& input);
  // The one caller of the network: z <- net(z + injection).
  torch::Tensor pass(const torch::Tensor& z, const torch::Tensor& injection, const Encoded& input);

  Config config_;
  std::shared_ptr<nn::Stack> net_;
  torch::Tensor H_init_, L_init_;  // [D]
};

}  // namespace trm::model
