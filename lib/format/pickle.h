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

// Reads the pickle of a dict from names to tensors, as torch.save(model.state_dict()) makes it.
// Nothing is executed: a pickle is a program, and of its calls only those are understood that
// rebuild a tensor, a parameter or an ordered dict. Error "where: byte N: what" on any other global
// or opcode, on nesting over 16 levels, on duplicate names, on a view that leaves its storage or is
// larger than it, and on anything at the top that is not such a dict. Memory is bounded by the
// pickle's size.
std::vector<PickledTensor> read_state_dict_pickle(std::span<const std::byte> pickle,
                                                  const std::string& where);

}  // namespace trm::format
