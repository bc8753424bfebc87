#include "format/pickle_value.h"

#include <set>
#include <tuple>

#include "core/printable.h"

namespace trm::format {
namespace {

constexpr size_t kMostDimensions = 16;
constexpr size_t kLongestKey = 64;  // every tensor of the storage has a copy of it

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
  bool overflow = false;
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

}  // namespace

PickleStorage storage_from(const PickleValue& id, const PickleInput& input) {
  const auto* list = std::get_if<std::shared_ptr<PickleList>>(&id);
  if (!list || (*list)->items.size() != 5) input.fail("a persistent id that names no storage");
  const auto& items = (*list)->items;
  const auto* tag = std::get_if<PickleText>(&items[0]);
  const auto* type = std::get_if<PickleCallable>(&items[1]);
  const auto* key = std::get_if<PickleText>(&items[2]);
  const auto* count = std::get_if<int64_t>(&items[4]);
  if (!tag || **tag != "storage" || !type || type->global != PickleGlobal::kStorageType || !key ||
      !count) {
    input.fail("a persistent id that names no storage");
  }
  if (*count < 0) input.fail("a storage of " + std::to_string(*count) + " elements");
  if ((*key)->size() > kLongestKey) input.fail("a storage whose key is longer than 64 bytes");
  return {type->dtype, **key, *count};
}

std::shared_ptr<const PickledTensor> tensor_from(const std::vector<PickleValue>& items,
                                                 const PickleInput& input) {
  if (items.size() != 6 && items.size() != 7) input.fail("a tensor rebuilt from other arguments");
  const auto* storage = std::get_if<PickleStorage>(&items[0]);
  const auto* offset = std::get_if<int64_t>(&items[1]);
  if (!storage)
    input.fail(std::string("a tensor of ") + kind_of(items[0]) + " instead of a storage");
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
  return tensor;
}

std::vector<PickledTensor> tensors_from(const PickleValue& value, const PickleInput& input) {
  const auto* dict = std::get_if<std::shared_ptr<PickleDict>>(&value);
  if (!dict) input.fail(std::string(kind_of(value)) + " instead of a state dict");
  std::vector<PickledTensor> tensors;
  std::set<std::string> names;
  for (const auto& [key, item] : (*dict)->items) {
    const auto* name = std::get_if<PickleText>(&key);
    if (!name) input.fail(std::string(kind_of(key)) + " as the name of a tensor");
    const auto* tensor = std::get_if<std::shared_ptr<const PickledTensor>>(&item);
    if (!tensor) input.fail("'" + printable(**name) + "' is " + kind_of(item) + ", not a tensor");
    if (!names.insert(**name).second)
      input.fail("two tensors with the name '" + printable(**name) + "'");
    tensors.push_back(**tensor);
    tensors.back().name = **name;
  }
  return tensors;
}

}  // namespace trm::format
