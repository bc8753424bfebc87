// A step may be recorded on a GPU and replayed (tensor/work_graph.h): the host must not read in it
// what the device computes. Whether a component of the catalogues does can be seen without a GPU.

#include <ATen/record_function.h>

#include <set>
#include <string>

#include "tests/catch.h"
#include "tests/train/small_trainer.h"

namespace trm::train {
namespace {

// ATen's functions that hand a tensor's numbers to the host, or make a tensor whose size they say,
// as they are called while it lives.
class HostReads {
 public:
  HostReads() {
    called_.clear();
    handle_ = at::addThreadLocalCallback(
        at::RecordFunctionCallback([](const at::RecordFunction& call) {
          static const std::set<std::string> reads = {"aten::_local_scalar_dense",
                                                      "aten::_unique2",
                                                      "aten::bincount",
                                                      "aten::equal",
                                                      "aten::masked_select",
                                                      "aten::nonzero",
                                                      "aten::repeat_interleave",
                                                      "aten::unique_consecutive",
                                                      "aten::unique_dim"};
          if (reads.contains(call.name())) called_.insert(call.name());
          return std::unique_ptr<at::ObserverContext>();
        }).scopes({at::RecordScope::FUNCTION}));
  }
  ~HostReads() { at::removeCallback(handle_); }
  HostReads(const HostReads&) = delete;
  HostReads& operator=(const HostReads&) = delete;

  static const std::set<std::string>& called() { return called_; }

 private:
  static inline std::set<std::string> called_;
  at::CallbackHandle handle_;
};

struct Parts {
  model::ModelConfig model = small_model_config();
  OptimConfig optim = fast();
  AnyObjective objective;
  loss::AnyTokenLoss token_loss;
};

void check(const std::string& what, const Parts& parts, int64_t shards = 1) {
  INFO(what);
  Trainer trainer(parts.optim, small_model(Compute{}, parts.model),
                  supervision(shards, parts.objective, parts.token_loss),
                  {.batch_rows = kRows, .shards = shards}, kTotalSteps);
  trainer.advance(batch_of(1));  // the first is never recorded
  const HostReads reads;
  for (int64_t step = 2; step <= 6; ++step) trainer.advance(batch_of(step));
  CHECK(HostReads::called() == std::set<std::string>{});
}

TEST_CASE("what a step must not do to be recorded is seen", "[unit]") {
  const auto x = torch::ones({2});
  const HostReads reads;
  CHECK(x[1].item<float>() == 1);
  CHECK(x.index({x.gt(0)}).size(0) == 2);
  CHECK(HostReads::called() == std::set<std::string>{"aten::_local_scalar_dense", "aten::nonzero"});
}

TEST_CASE("a step with any component of the catalogues may be recorded", "[conformance]") {
  const auto with = [](const auto& config, const auto& place) {
    Parts parts;
    place(parts) = config;
    check(std::string(config.kind), parts);
  };
  model::AnyCore::each([&](const auto& config) {
    with(
        config, [](Parts & parts) -> auto& { return parts.model.core; });
  });
  model::AnyHead::each([&](const auto& config) {
    with(
        config, [](Parts & parts) -> auto& { return parts.model.head; });
  });
  loss::AnyTokenLoss::each([&](const auto& config) {
    with(
        config, [](Parts & parts) -> auto& { return parts.token_loss; });
  });
  optim::AnyOptimizer::each([&](const auto& config) {
    with(
        config, [](Parts & parts) -> auto& { return parts.optim.weights; });
  });
  AnyObjective::each([&](const auto& config) {
    with(
        config, [](Parts & parts) -> auto& { return parts.objective; });
  });
  nn::AnyMixer::each([&](const auto& config) {
    Parts parts;
    parts.model.layers = {nn::LayerConfig{config, 4, 1}};
    check(std::string(config.kind), parts);
  });
}

TEST_CASE("a step with what a config may ask for besides may be recorded", "[unit]") {
  Parts parts;
  check("shards", parts, 3);
  parts.model = small_mlp_config();
  check("token-major", parts);
  parts.model.input = model::GridInput::Config{.prefix = 2, .positions = "learned"};
  check("learned positions", parts);
  parts.model = small_restless_config();
  parts.optim.clip = 0.5;
  check("noise, random starts, a continue head, clipping", parts);
  parts.optim.freeze_weights = true;
  check("frozen weights", parts);
  parts.optim.ema.reset();
  check("no averages", parts);
}

}  // namespace
}  // namespace trm::train
