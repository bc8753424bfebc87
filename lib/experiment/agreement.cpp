#include "experiment/agreement.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/config_dump.h"
#include "core/config_read.h"
#include "core/interrupt.h"
#include "experiment/metrics.h"

namespace trm::experiment {

Agreement::Asked Agreement::ask(bool save) const {
  const auto own = torch::tensor({static_cast<int64_t>(interrupt_signal()), int64_t{save}});
  Asked asked;
  for (const auto& of_rank : world_->all_gather(own)) {
    asked.signal = std::max(asked.signal, of_rank[0].item<int>());
    asked.save = asked.save || of_rank[1].item<int64_t>() != 0;
  }
  return asked;
}

std::optional<int64_t> Agreement::of_first(const std::optional<int64_t>& step) const {
  const auto text = world_->broadcast_text(step ? std::to_string(*step) : "");
  return text.empty() ? std::nullopt : std::optional<int64_t>(std::stoll(text));
}

void Agreement::check_same(const Experiment& experiment, const Puzzles& puzzles) const {
  if (world_->ranks() == 1) return;
  const auto differ = [](const std::string& what) {
    throw Error(what + "; start all ranks with the same program, config and data");
  };
  const auto compare = [&](const char* what, const std::string& own) {
    const auto first = world_->broadcast_text(own);
    if (first != own) differ(fmt::format("another {} ({}) than rank 0 ({})", what, own, first));
  };
  compare("program", fmt::format("{}, LibTorch {}", made_by(), torch_version()));
  // They exchange by other means, and would wait for each other for ever.
  compare("kind of device", experiment.device == "cpu" ? "a processor" : "a GPU");
  const auto first = world_->broadcast_text(dump_config(experiment));
  const auto changed =
      numeric_differences(read_experiment(parse_config(first, "rank 0's config")), experiment);
  if (!changed.empty())
    differ(fmt::format("another config than rank 0 ({})", fmt::join(changed, "; ")));
  compare("training data", puzzles.train->hash());
  compare("test data", puzzles.test->hash());
}

}  // namespace trm::experiment
