#pragma once

#include "core/config_tree.h"
#include "experiment/experiment.h"

namespace trm::experiment {

// The whole of a reference's all_config.yaml: its order of training (numpy's), and no augmentation
// on the fly, since its data folders have theirs on disk. Keys that are not the references' are let
// pass where they are off (null, false, 0), and else refused together. Error saying what is meant
// on a config of the references' source tree, which is in pieces.
Experiment experiment_from_reference(const ConfigNode& root);

}  // namespace trm::experiment
