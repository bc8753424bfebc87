#include "reference/config.h"

#include <cmath>

#include "core/printable.h"

namespace trm::reference {
namespace {

// Where a value refers to another, "${.hidden_size}", or nothing.
const ConfigNode* reference_in(const ConfigNode& node) {
  if (node.scalar.find("${") != std::string::npos) return &node;
  const ConfigNode* found = nullptr;
  for (const auto& item : node.items) found = found ? found : reference_in(item);
  for (const auto& [key, value] : node.entries) found = found ? found : reference_in(value);
  return found;
}

constexpr const char* kWholeConfig =
    "use the all_config.yaml that the program writes beside its checkpoints";

// The references' source tree has a config in pieces, which hydra puts together when a run begins.
void refuse_pieces(const ConfigNode& root) {
  for (const char* key : {"defaults", "hydra"}) {
    if (const auto* found = root.find(key)) {
      found->fail(key, std::string("a part of a config that hydra puts together; ") + kWholeConfig);
    }
  }
  if (!root.find("arch") && root.find("halt_max_steps")) {
    root.fail("arch",
              std::string("this is the arch alone of a reference's config; ") + kWholeConfig);
  }
}

void refuse_references(const ConfigNode& root) {
  if (const auto* found = reference_in(root)) {
    found->fail("", "'" + printable(found->scalar) +
                        "' refers to another value, which hydra puts in; " + kWholeConfig);
  }
}

}  // namespace

loss::AnyTokenLoss token_loss_from(const ConfigNode& arch, StrangeKeys& strange) {
  Keys keys(Keys(arch, "arch").at("loss"), "arch.loss");
  const auto head = keys.required<std::string>("name");
  if (module_of(head) != "losses" || !head.ends_with("@ACTLossHead")) {
    keys.fail("name", "no loss head '" + head + "'; losses@ACTLossHead is known");
  }
  const auto type = keys.required<std::string>(
      "loss_type", {.choices = {"stablemax_cross_entropy", "softmax_cross_entropy"}});
  keys.finish(strange);
  if (type == "softmax_cross_entropy") return loss::Softmax::Config{};
  return loss::Stablemax::Config{};
}

loss::AnyTokenLoss token_loss_from(const ConfigNode& arch) {
  StrangeKeys strange;
  auto loss = token_loss_from(arch, strange);
  strange.refuse();
  return loss;
}

std::string precision_from(const ConfigNode& arch) {
  return Keys(arch, "arch")
      .optional<std::string>("forward_dtype", "bfloat16", {.choices = {"float32", "bfloat16"}});
}

train::OptimConfig optim_from(const ConfigNode& training) {
  Keys keys(training, "");
  constexpr FieldRule kPositive = {.min = 0};
  constexpr FieldRule kMemory = {.min = 0, .max = 0.999999};
  train::OptimConfig optim;
  optim.weights =
      optim::AdamAtan2::Config{.lr = keys.required<double>("lr", kPositive),
                               .beta1 = keys.required<double>("beta1", kMemory),
                               .beta2 = keys.required<double>("beta2", kMemory),
                               .weight_decay = keys.required<double>("weight_decay", kPositive)};
  optim.puzzle_lr = keys.required<double>("puzzle_emb_lr", kPositive);
  optim.puzzle_weight_decay = keys.required<double>("puzzle_emb_weight_decay", kPositive);
  // The reference rounds a fractional warm-up half to even.
  optim.schedule.warmup_steps =
      std::llrint(keys.required<double>("lr_warmup_steps", {.min = 0, .max = 1e15}));
  optim.schedule.min_ratio = keys.required<double>("lr_min_ratio", {.min = 0, .max = 1});
  optim.ema.reset();
  const auto rate = keys.optional("ema_rate", 0.999, {.min = 0, .max = 0.9999999});
  if (keys.optional("ema", false)) optim.ema = rate;
  optim.freeze_weights = keys.optional("freeze_weights", false);
  return optim;
}

void require_whole(const ConfigNode& root) {
  refuse_pieces(root);
  refuse_references(root);
}

void refuse_config(const ConfigNode& root) {
  refuse_pieces(root);
  const auto* arch = root.find("arch");
  if (arch && arch->find("name")) {
    arch->fail("arch",
               "this is a config of the reference programs; trm-convert CONFIG.yaml "
               "MINE.yaml makes one of ours");
  }
}

}  // namespace trm::reference
