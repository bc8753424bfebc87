#pragma once

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "format/pickle.h"
#include "format/pickle_input.h"

namespace trm::format {

struct PickleList;
struct PickleDict;

// The globals that a state dict needs, and what calling one makes.
enum class PickleGlobal { kOrderedDict, kRebuildTensor, kRebuildParameter, kStorageType };

struct PickleNone {};
// What has no part in a state dict: bytes, a set, a global that is not one of ours, and all that is
// made by calling it. Nothing is, so that this is all there is of it.
struct PickleOther {
  std::shared_ptr<const std::string> what;  // "bytes", "made by the global 'argparse.Namespace'"
};
struct PickleCallable {
  PickleGlobal global;
  DType dtype;  // of a storage type
};
struct PickleStorage {
  DType dtype;
  std::string key;
  int64_t count;
};

// A value on the stack of the reader. What has no fixed size is shared, never copied, so that a
// pickle cannot make more of it than it has bytes.
using PickleText = std::shared_ptr<const std::string>;
using PickleValue =
    std::variant<PickleNone, bool, int64_t, double, PickleText, std::shared_ptr<PickleList>,
                 std::shared_ptr<PickleDict>, PickleCallable, PickleStorage,
                 std::shared_ptr<const PickledTensor>, PickleOther>;

// A tuple or a list.
struct PickleList {
  std::vector<PickleValue> items;
  int depth = 1;
  bool closed = false;  // lies in another container, and takes nothing more: no cycles
};

struct PickleDict {
  std::vector<std::pair<PickleValue, PickleValue>> items;
  int depth = 1;
  bool closed = false;
  bool ordered = false;
};

inline std::string kind_of(const PickleValue& value) {
  if (const auto* other = std::get_if<PickleOther>(&value)) return *other->what;
  static constexpr const char* kNames[] = {"None",      "a bool",  "an integer", "a float",
                                           "a text",    "a list",  "a dict",     "a function",
                                           "a storage", "a tensor"};
  return kNames[value.index()];
}

// The parts of a state dict, checked. A storage from its persistent id
// ("storage", type, key, location, count), of which the location (a GPU) does not matter; a tensor
// from (storage, offset, shape, strides, requires_grad, hooks[, metadata]). Both are something
// other where the type of their numbers is.
PickleValue storage_from(const PickleValue& id, const PickleInput& input);
PickleValue tensor_from(const std::vector<PickleValue>& arguments, const PickleInput& input);
// All tensors that the dict and those in it name.
StateDicts state_dicts_from(const PickleValue& top, const PickleInput& input);

}  // namespace trm::format
