#pragma once

#include "core/config.h"
#include "optim/optimizer.h"

namespace trm::optim {

// What Adam and its variants share: two moments, bias corrections, decoupled weight decay.
class AdamFamily : public Optimizer {
 public:
  double base_rate() const override { return rate_; }
  // AdamScalars, computed in double and rounded once.
  std::vector<float> numbers(int64_t step, double rate) const override;
  void save(const FlatStore& store, Archive& archive) const override;
  void load(const FlatStore& store, const Archive& archive) override;

 protected:
  struct Settings {
    double rate, beta1, beta2, weight_decay, epsilon;
  };
  AdamFamily(const FlatStore& store, const Settings& settings);

  torch::Tensor m_, v_;  // flat

 private:
  double rate_;
  Settings settings_;
};

// Adam with an arctangent in place of the division (spec 5.1; Everett et al. 2024, arXiv
// 2407.05872): free of scale and of epsilon, |update| at most pi / 2 * rate / (1 - beta1^t).
class AdamAtan2 : public AdamFamily {
 public:
  struct Config {
    static constexpr std::string_view kind = "adam_atan2";
    double lr = 1e-4;
    double beta1 = 0.9;
    double beta2 = 0.95;
    double weight_decay = 0.1;

    template <class V>
    void fields(V& v) {
      v("lr", lr, "learning rate, before the schedule", {.min = 0});
      v("beta1", beta1, "memory of the mean gradient", {.min = 0, .max = 0.999999});
      v("beta2", beta2, "memory of the mean square", {.min = 0, .max = 0.999999});
      v("weight_decay", weight_decay, "decoupled decay of every parameter, times the rate",
        {.min = 0});
    }
  };

  AdamAtan2(const Config& config, const FlatStore& store);
  void update(const FlatStore& store, const torch::Tensor& numbers,
              const torch::Tensor& apply) override;
};

// AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101).
class AdamW : public AdamFamily {
 public:
  struct Config {
    static constexpr std::string_view kind = "adamw";
    double lr = 1e-4;
    double beta1 = 0.9;
    double beta2 = 0.95;
    double weight_decay = 0.1;
    double epsilon = 1e-8;

    template <class V>
    void fields(V& v) {
      v("lr", lr, "learning rate, before the schedule", {.min = 0});
      v("beta1", beta1, "memory of the mean gradient", {.min = 0, .max = 0.999999});
      v("beta2", beta2, "memory of the mean square", {.min = 0, .max = 0.999999});
      v("weight_decay", weight_decay, "decoupled decay of every parameter, times the rate",
        {.min = 0});
      v("epsilon", epsilon, "added to the root of the mean square", {.min = 0, .above_min = true});
    }
  };

  AdamW(const Config& config, const FlatStore& store);
  void update(const FlatStore& store, const torch::Tensor& numbers,
              const torch::Tensor& apply) override;
};

}  // namespace trm::optim
