#pragma once

#include <string>

#include "tensor/tensor_file.h"

namespace trm::reference {

// The weights of a model among the tensors of a file, whoever saved it. Programs keep a model under
// a key of their own ("model_state_dict", "state_dict", "model"), often a second time averaged
// ("ema"), and put words in front of its names: _orig_mod (torch.compile), module (data parallel
// training), the attributes that hold the model. The token embedding, which every model has, shows
// what stands in front of all.

struct ChosenWeights {
  Archive tensors;               // by the file's names
  std::string which = "stored";  // of a file with both, "ema" or "raw"
};

// The model's tensors; `which` decides where averages lie beside them: "ema" has them in the place
// of those that they average. A file that has no such model gives its largest dict. Error where
// several models are in it.
ChosenWeights choose_weights(const TensorFile& file, const std::string& which);

// The same tensors by our names: without what stands in front of them, and without buffers that are
// made anew (rotary tables, the rows of a training batch). Error where two would have one name.
Archive by_our_names(const Archive& tensors);

}  // namespace trm::reference
