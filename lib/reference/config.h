#pragma once

#include <string>

#include "core/config_tree.h"
#include "loss/losses.h"
#include "model/model.h"
#include "reference/keys.h"
#include "train/trainer.h"

namespace trm::reference {

// The references' configs (spec 1) in our terms. `arch` is the map of that name in their
// all_config.yaml: what is left out has the default of the reference's class, and a key or a value
// that cannot be honoured is an Error with its place. `training` is that file's root.

model::ModelConfig model_from(const ConfigNode& arch);
loss::AnyTokenLoss token_loss_from(const ConfigNode& arch);
// forward_dtype as choose_compute takes it: "float32" or "bfloat16".
std::string precision_from(const ConfigNode& arch);

// Keys of the root that have no part in the update are let pass.
train::OptimConfig optim_from(const ConfigNode& training);

// The same, whose strange keys are for the caller to refuse.
model::ModelConfig model_from(const ConfigNode& arch, StrangeKeys& strange);
loss::AnyTokenLoss token_loss_from(const ConfigNode& arch, StrangeKeys& strange);

// Error saying what is meant where `root` is a config of the references' source tree, which is in
// pieces, or a piece of one.
void require_whole(const ConfigNode& root);

// Error saying what to do where `root` is a config of a reference program, whole or in pieces.
void refuse_config(const ConfigNode& root);

}  // namespace trm::reference
