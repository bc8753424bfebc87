#include "format/pickle_global.h"

#include <algorithm>

#include "core/printable.h"

namespace trm::format {
namespace {

struct KnownGlobal {
  std::string_view module, name;
  PickleCallable callable;
};
constexpr KnownGlobal kKnown[] = {
    {"collections", "OrderedDict", {PickleGlobal::kOrderedDict, {}}},
    {"torch._utils", "_rebuild_tensor_v2", {PickleGlobal::kRebuildTensor, {}}},
    {"torch._utils", "_rebuild_parameter", {PickleGlobal::kRebuildParameter, {}}},
    {"torch", "FloatStorage", {PickleGlobal::kStorageType, DType::f32}},
    {"torch", "DoubleStorage", {PickleGlobal::kStorageType, DType::f64}},
    {"torch", "HalfStorage", {PickleGlobal::kStorageType, DType::f16}},
    {"torch", "BFloat16Storage", {PickleGlobal::kStorageType, DType::bf16}},
    {"torch", "LongStorage", {PickleGlobal::kStorageType, DType::i64}},
    {"torch", "IntStorage", {PickleGlobal::kStorageType, DType::i32}},
    {"torch", "ShortStorage", {PickleGlobal::kStorageType, DType::i16}},
    {"torch", "CharStorage", {PickleGlobal::kStorageType, DType::i8}},
    {"torch", "ByteStorage", {PickleGlobal::kStorageType, DType::u8}},
    {"torch", "BoolStorage", {PickleGlobal::kStorageType, DType::boolean}}};

// Modules whose calls reach the machine that loads a pickle with Python. No training program saves
// any: a file with one of them is there to do harm.
constexpr std::string_view kHarmful[] = {"os",     "posix",    "nt",         "subprocess", "sys",
                                         "shutil", "socket",   "ctypes",     "importlib",  "runpy",
                                         "pty",    "builtins", "__builtin__"};
constexpr std::string_view kHarmlessBuiltins[] = {"set",       "frozenset", "complex", "slice",
                                                  "bytearray", "range",     "object"};

bool is_harmful(std::string_view module, std::string_view name) {
  const auto among = [](const auto& words, std::string_view word) {
    return std::ranges::find(words, word) != std::end(words);
  };
  const auto package = module.substr(0, module.find('.'));
  const bool builtin = package == "builtins" || package == "__builtin__";
  return among(kHarmful, package) && !(builtin && among(kHarmlessBuiltins, name));
}

bool is_tensor(const PickleValue& value) {
  return std::holds_alternative<std::shared_ptr<const PickledTensor>>(value) ||
         std::holds_alternative<PickleOther>(value);
}

}  // namespace

PickleValue global_named(const std::string& module, const std::string& name,
                         const PickleInput& input) {
  for (const auto& known : kKnown) {
    if (module == known.module && name == known.name) return known.callable;
  }
  const auto global = "the global '" + printable(module + "." + name) + "'";
  if (is_harmful(module, name)) input.fail(global + ", which no state dict needs, is refused");
  return PickleOther{std::make_shared<const std::string>("made by " + global)};
}

PickleValue call_global(const PickleValue& global, const PickleValue& arguments,
                        const PickleInput& input) {
  if (std::holds_alternative<PickleOther>(global)) return global;
  const auto* callable = std::get_if<PickleCallable>(&global);
  if (!callable) input.fail("a call of " + kind_of(global));
  const auto* list = std::get_if<std::shared_ptr<PickleList>>(&arguments);
  if (!list) input.fail("a call without a tuple of arguments");
  const auto& items = (*list)->items;
  switch (callable->global) {
    case PickleGlobal::kOrderedDict: {
      if (!items.empty()) input.fail("an ordered dict with arguments");
      auto dict = std::make_shared<PickleDict>();
      dict->ordered = true;
      return dict;
    }
    case PickleGlobal::kRebuildTensor:
      return tensor_from(items, input);
    case PickleGlobal::kRebuildParameter:
      if (items.size() != 3 || !is_tensor(items[0])) {
        input.fail("a parameter that is not rebuilt from a tensor");
      }
      return items[0];
    case PickleGlobal::kStorageType:
      break;
  }
  input.fail("a call of a storage type");
}

}  // namespace trm::format
