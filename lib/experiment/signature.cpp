#include "experiment/signature.h"

#include <fmt/format.h>

#include <sstream>

#include "core/hash.h"
#include "experiment/assemble.h"
#include "tensor/values.h"

namespace trm::experiment {
namespace {

void add_bytes(Sha256& hash, const torch::Tensor& tensor) { hash.add(bytes_of(tensor)); }

}  // namespace

std::string signature(Experiment experiment) {
  constexpr int kBatches = 20, kLosses = 10;
  const auto compute = resolve_compute(experiment);
  const auto puzzles = open_puzzles(experiment.data);
  const auto trainer = build_trainer(experiment, puzzles, compute);
  std::ostringstream text;
  for (const auto& [name, value] : trainer->model().named_weights()) {
    text << name << ' ' << value.sizes() << '\n';
  }
  Sha256 hash;
  const auto batches = open_loader(experiment, puzzles, 1);
  for (int i = 0; i < kBatches; ++i) {
    const auto batch = batches->next();
    add_bytes(hash, batch.inputs);
    add_bytes(hash, batch.labels);
    add_bytes(hash, batch.puzzle_ids);
    if (i >= kLosses) continue;
    trainer->advance(batch.to(compute.device));
    const auto sums = trainer->take_sums();
    text << fmt::format("loss {:.6f} {:.6f}\n", sums.sums.lm_loss, sums.sums.q_halt_loss);
  }
  text << "batches " << hash.hex() << '\n';
  return text.str();
}

}  // namespace trm::experiment
