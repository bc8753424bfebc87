#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "format/dtype.h"

namespace trm::format {

// A tensor as the pickle of a PyTorch state dict describes it: a view of a storage.
struct PickledTensor {
  std::string name;
  DType dtype;
  std::string storage;                  // the key of its bytes in the archive
  int64_t storage_count;                // elements of the whole storage
  int64_t offset;                       // of the first element, in elements
  std::vector<int64_t> shape, strides;  // in elements
};

// A dict of a pickle that names tensors.
struct StateDict {
  std::string path;  // the keys that lead to it: "" at the top, "model_state_dict", "ema.shadow"
  std::vector<PickledTensor> tensors;
};

struct StateDicts {
  std::vector<StateDict> dicts;     // in the order of the file, an outer one before those in it
  std::vector<std::string> others;  // what is neither dict nor tensor, the first hundred:
                                    // "step: an integer"
};

// Reads the pickle of a dict of tensors, as torch.save(model.state_dict()) makes it, or of a dict
// with such dicts in it beside anything else, as training programs save them. Nothing is executed:
// a pickle is a program, and of its calls only those are understood that rebuild a tensor, a
// parameter or an ordered dict; what other calls would make is passed over, and those that no
// training program saves (os, subprocess, eval...) are refused. Error "where: byte N: what" on
// these and on an opcode that is not known, on nesting over 16 levels, on two tensors of one name
// in a dict, on a view that leaves its storage or is larger than it, and on anything that is no
// dict or has no tensor. Memory is bounded by the pickle's size.
StateDicts read_state_dicts(std::span<const std::byte> pickle, const std::string& where);

}  // namespace trm::format
