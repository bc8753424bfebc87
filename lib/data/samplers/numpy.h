#pragma once

#include <optional>

#include "core/config.h"
#include "core/numpy_random.h"
#include "data/sampler.h"

namespace trm::data {

// The reference's order, bit for bit (spec 6.3): its iterator covers `epochs` epochs (its
// eval_interval), whose group permutations are drawn up front; a group gives all examples of one
// random puzzle; the last puzzle of a batch may be cut and its rest is lost, as is the last partial
// batch of an iteration.
class Numpy : public Sampler {
 public:
  struct Config {
    static constexpr std::string_view kind = "numpy";
    int64_t epochs = 1;

    template <class V>
    void fields(V& v) {
      v("epochs", epochs, "epochs of one iteration, the reference's eval_interval", {.min = 1});
    }
  };

  Numpy(const Config& config, const SamplerContext& context);
  // `legacy`: numpy's global generator as it stands before the first iteration.
  Numpy(const Config& config, const SamplerContext& context, const NumpyLegacy& legacy);

  std::vector<int64_t> batch(int64_t step) override;

  // The batches of one iteration after another, each a list of examples; empty at an iteration's
  // end.
  std::vector<int64_t> next();

 private:
  void begin_iteration();
  void restart();

  Config config_;
  SamplerContext context_;
  NumpyLegacy first_legacy_, legacy_;
  uint64_t iteration_ = 0;
  std::optional<NumpyPhilox> random_;
  std::vector<int64_t> order_;  // of groups, in this iteration
  size_t position_ = 0;         // in order_
  int64_t step_ = 0;            // of the last batch given
};

}  // namespace trm::data
