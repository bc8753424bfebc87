// A step may be recorded on a GPU and replayed (tensor/work_graph.h): the host must not read in it
// what the device computes. Whether a component of the catalogues does can be seen without a GPU.

#include <functional>
#include <set>
#include <string>

#include "tests/call_watch.h"
#include "tests/catch.h"
#include "tests/train/small_trainer.h"

namespace trm::train {
namespace {

using Names = std::set<std::string>;

// What `action` calls of ATen's functions that hand a tensor's numbers to the host, or make a
// tensor whose size they say.
Names host_reads(const std::function<void()>& action) {
  static const Names reads = {"aten::_local_scalar_dense",
                              "aten::_unique2",
                              "aten::bincount",
                              "aten::equal",
                              "aten::masked_select",
                              "aten::nonzero",
                              "aten::repeat_interleave",
                              "aten::unique_consecutive",
                              "aten::unique_dim"};
  Names called;
  const CallWatch watch([&](const at::RecordFunction& call) {
    if (reads.contains(call.name())) called.insert(call.name());
  });
  action();
  return called;
}

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
  CHECK(host_reads([&] {
          for (int64_t step = 2; step <= 6; ++step) trainer.advance(batch_of(step));
        }) == Names{});
}

// The same with each entry of a catalogue, put(parts, config) in its place.
template <class Catalogue, class Put>
void check_each(const Put& put) {
  Catalogue::each([&](const auto& config) {
    Parts parts;
    put(parts, config);
    check(std::string(config.kind), parts);
  });
}

TEST_CASE("what a step must not do to be recorded is seen", "[unit]") {
  const auto x = torch::ones({2});
  CHECK(host_reads([&] { CHECK(x[1].item<float>() == 1); }) == Names{"aten::_local_scalar_dense"});
  CHECK(host_reads([&] { CHECK(x.index({x.gt(0)}).size(0) == 2); }) == Names{"aten::nonzero"});
}

TEST_CASE("a step with any component of the catalogues may be recorded", "[conformance]") {
  check_each<model::AnyCore>([](Parts& parts, const auto& core) { parts.model.core = core; });
  check_each<model::AnyHead>([](Parts& parts, const auto& head) { parts.model.head = head; });
  check_each<loss::AnyTokenLoss>([](Parts& parts, const auto& loss) { parts.token_loss = loss; });
  check_each<optim::AnyOptimizer>([](Parts& parts, const auto& by) { parts.optim.weights = by; });
  check_each<AnyObjective>([](Parts& parts, const auto& goal) { parts.objective = goal; });
  check_each<nn::AnyMixer>([](Parts& parts, const auto& mixer) {
    parts.model.layers = {nn::LayerConfig{mixer, 4, 1}};
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
