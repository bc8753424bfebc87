#pragma once

#include <string>

#include "core/config_tree.h"
#include "experiment/experiment.h"

namespace trm::experiment {

// The references' configs (spec 1) in our terms. `arch` is the map of that name in their
// all_config.yaml: what is left out has the default of the reference's class, and a key or a value
// that cannot be honoured is an Error with its place. `training` is that file's root.

model::ModelConfig model_from_reference(const ConfigNode& arch);
loss::AnyTokenLoss token_loss_from_reference(const ConfigNode& arch);
// forward_dtype as choose_compute takes it: "float32" or "bfloat16".
std::string precision_from_reference(const ConfigNode& arch);

// Keys of the root that have no part in the update are let pass.
train::OptimConfig optim_from_reference(const ConfigNode& training);

// The whole of an all_config.yaml: its order of training (numpy's), and no augmentation on the fly,
// since its data folders have theirs on disk. Keys that are not the references' are let pass where
// they are off (null, false, 0), and else refused together. Error saying what is meant on a config
// of the references' source tree, which is in pieces.
Experiment experiment_from_reference(const ConfigNode& root);

// Error saying what to do where `root` is a config of a reference program, whole or in pieces.
void refuse_reference_config(const ConfigNode& root);

}  // namespace trm::experiment
