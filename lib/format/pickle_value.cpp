#include "format/pickle_value.h"

#include <set>
#include <tuple>

#include "core/printable.h"

namespace trm::format {
namespace {

constexpr size_t kMostDimensions = 16;
constexpr size_t kLongestKey = 64;    // every tensor of the storage has a copy of it
constexpr size_t kLongestName = 256;  // of a tensor: many dicts may name one text
constexpr size_t kMostOthers = 100;

std::vector<int64_t> integers(const PickleValue& value, const char* what,
                              const PickleInput& input) {
  const auto* list = std::get_if<std::shared_ptr<PickleList>>(&value);
  if (!list) input.fail(std::string(what) + " that is no tuple");
  if ((*list)->items.size() > kMostDimensions) input.fail("a tensor of more than 16 dimensions");
  std::vector<int64_t> numbers;
  for (const auto& item : (*list)->items) {
    const auto* number = std::get_if<int64_t>(&item);
    if (!number) input.fail(std::string(what) + " with " + kind_of(item) + " in it");
    if (*number < 0) input.fail(std::string(what) + " with " + std::to_string(*number) + " in it");
    numbers.push_back(*number);
  }
  return numbers;
}

void check_view(const PickledTensor& tensor, const PickleInput& input) {
  const auto& [shape, strides] = std::tie(tensor.shape, tensor.strides);
  if (shape.size() != strides.size()) input.fail("a shape and strides of different lengths");
  int64_t count = 1, last = tensor.offset;
  // As bytes_of() has it, for an array without elements as well.
  bool overflow = !bytes_of(tensor.dtype, shape);
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t reach = 0;
    overflow |= __builtin_mul_overflow(count, shape[i], &count);
    overflow |= __builtin_mul_overflow(std::max<int64_t>(shape[i] - 1, 0), strides[i], &reach);
    overflow |= __builtin_add_overflow(last, reach, &last);
  }
  if (overflow) input.fail("a tensor whose size overflows");
  if (count == 0) return;
  if (last >= tensor.storage_count) {
    input.fail("a tensor that reaches element " + std::to_string(last) + " of a storage of " +
               std::to_string(tensor.storage_count));
  }
  if (count > tensor.storage_count) {
    input.fail("a tensor of " + std::to_string(count) + " elements in a storage of " +
               std::to_string(tensor.storage_count));
  }
}

// Walks through dicts in dicts, each of them once, however often it is named.
class Collector {
 public:
  explicit Collector(const PickleInput& input) : input_(input) {}

  StateDicts collect(const PickleValue& top) {
    const auto& dict = *std::get<Dict>(top);
    visit(dict, "");
    if (found_.dicts.empty() && !found_.others.empty()) {
      input_.fail("no tensors in it: " + found_.others.front());
    }
    if (found_.dicts.empty()) found_.dicts.push_back({});  // of a model without weights
    return std::move(found_);
  }

 private:
  using Dict = std::shared_ptr<PickleDict>;
  using Tensor = std::shared_ptr<const PickledTensor>;

  void visit(const PickleDict& dict, const std::string& path) {
    if (!visited_.insert(&dict).second) return;
    StateDict state{path, {}};
    std::set<std::string> names;
    for (const auto& [key, value] : dict.items) {
      const auto* tensor = std::get_if<Tensor>(&value);
      const auto* name = std::get_if<PickleText>(&key);
      if (tensor && name) {
        add(state, names, **name, **tensor);
      } else if (!std::holds_alternative<Dict>(value)) {
        pass_over(path_to(path, key), tensor ? "a tensor whose name is no text" : kind_of(value));
      }
    }
    if (!state.tensors.empty()) found_.dicts.push_back(std::move(state));
    for (const auto& [key, value] : dict.items) {
      if (const auto* inner = std::get_if<Dict>(&value)) visit(**inner, path_to(path, key));
    }
  }

  void add(StateDict& state, std::set<std::string>& names, const std::string& name,
           const PickledTensor& tensor) const {
    if (name.size() > kLongestName) input_.fail("a name of more than 256 bytes");
    if (!names.insert(name).second) {
      input_.fail("two tensors with the name '" + printable(name) + "'");
    }
    state.tensors.push_back(tensor);
    state.tensors.back().name = name;
  }

  void pass_over(const std::string& path, const std::string& what) {
    if (found_.others.size() < kMostOthers) found_.others.push_back(path + ": " + what);
  }

  static std::string path_to(const std::string& path, const PickleValue& key) {
    std::string last = "?";
    if (const auto* text = std::get_if<PickleText>(&key)) last = printable(**text, 60);
    if (const auto* number = std::get_if<int64_t>(&key)) last = std::to_string(*number);
    return path.empty() ? last : path + "." + last;
  }

  const PickleInput& input_;
  StateDicts found_;
  std::set<const PickleDict*> visited_;
};

}  // namespace

PickleValue storage_from(const PickleValue& id, const PickleInput& input) {
  const auto* list = std::get_if<std::shared_ptr<PickleList>>(&id);
  if (!list || (*list)->items.size() != 5) input.fail("a persistent id that names no storage");
  const auto& items = (*list)->items;
  const auto* tag = std::get_if<PickleText>(&items[0]);
  if (std::holds_alternative<PickleOther>(items[1])) return items[1];
  const auto* type = std::get_if<PickleCallable>(&items[1]);
  const auto* key = std::get_if<PickleText>(&items[2]);
  const auto* count = std::get_if<int64_t>(&items[4]);
  if (!tag || **tag != "storage" || !type || type->global != PickleGlobal::kStorageType || !key ||
      !count) {
    input.fail("a persistent id that names no storage");
  }
  if (*count < 0) input.fail("a storage of " + std::to_string(*count) + " elements");
  if ((*key)->size() > kLongestKey) input.fail("a storage whose key is longer than 64 bytes");
  return PickleStorage{type->dtype, **key, *count};
}

PickleValue tensor_from(const std::vector<PickleValue>& items, const PickleInput& input) {
  if (items.size() != 6 && items.size() != 7) input.fail("a tensor rebuilt from other arguments");
  if (std::holds_alternative<PickleOther>(items[0])) return items[0];
  const auto* storage = std::get_if<PickleStorage>(&items[0]);
  const auto* offset = std::get_if<int64_t>(&items[1]);
  if (!storage) input.fail("a tensor of " + kind_of(items[0]) + " instead of a storage");
  if (!offset || *offset < 0) input.fail("a tensor whose offset is not a number from 0");
  auto tensor =
      std::make_shared<PickledTensor>(PickledTensor{{},
                                                    storage->dtype,
                                                    storage->key,
                                                    storage->count,
                                                    *offset,
                                                    integers(items[2], "a shape", input),
                                                    integers(items[3], "strides", input)});
  check_view(*tensor, input);
  return std::shared_ptr<const PickledTensor>(tensor);
}

StateDicts state_dicts_from(const PickleValue& top, const PickleInput& input) {
  if (!std::holds_alternative<std::shared_ptr<PickleDict>>(top)) {
    input.fail(kind_of(top) + " instead of a state dict");
  }
  return Collector(input).collect(top);
}

}  // namespace trm::format
