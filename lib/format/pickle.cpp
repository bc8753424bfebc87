#include "format/pickle.h"

#include <unordered_map>

#include "core/printable.h"
#include "format/pickle_value.h"

namespace trm::format {
namespace {

constexpr int kMostLevels = 16;

using List = std::shared_ptr<PickleList>;
using Dict = std::shared_ptr<PickleDict>;
using Tensor = std::shared_ptr<const PickledTensor>;

struct StorageType {
  std::string_view name;
  DType dtype;
};
constexpr StorageType kStorageTypes[] = {
    {"FloatStorage", DType::f32},   {"DoubleStorage", DType::f64},    {"HalfStorage", DType::f16},
    {"LongStorage", DType::i64},    {"BFloat16Storage", DType::bf16}, {"IntStorage", DType::i32},
    {"ShortStorage", DType::i16},   {"CharStorage", DType::i8},       {"ByteStorage", DType::u8},
    {"BoolStorage", DType::boolean}};

// The machine: a stack, marks in it, and a memo.
class Machine {
 public:
  explicit Machine(PickleInput& input) : in_(input) {}

  std::vector<PickledTensor> run() {
    while (!stopped_) step();
    return tensors_from(pop(), in_);
  }

 private:
  // --- stack ---
  void push(PickleValue value) { stack_.push_back(std::move(value)); }
  void push_text(std::string text) { push(std::make_shared<const std::string>(std::move(text))); }
  PickleValue pop() {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) in_.fail("the stack is empty");
    auto value = std::move(stack_.back());
    stack_.pop_back();
    return value;
  }
  std::vector<PickleValue> pop_many(size_t count) {
    std::vector<PickleValue> values(count);
    for (size_t i = count; i > 0; --i) values[i - 1] = pop();
    return values;
  }
  std::vector<PickleValue> pop_to_mark() {
    if (marks_.empty()) in_.fail("no mark on the stack");
    auto values = pop_many(stack_.size() - marks_.back());
    marks_.pop_back();
    return values;
  }
  const PickleValue& top() const {
    if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) in_.fail("the stack is empty");
    return stack_.back();
  }
  void remember(uint32_t slot) { memo_[slot] = top(); }
  void recall(uint32_t slot) {
    const auto found = memo_.find(slot);
    if (found == memo_.end()) in_.fail("memo " + std::to_string(slot) + " is not set");
    push(found->second);
  }

  // --- containers ---
  // Puts a value into a container: it is closed then, so that no container can come to lie in
  // itself.
  void enclose(const PickleValue& value, int& depth) const {
    int inner = 0;
    const auto close = [&](const auto& container) {
      container->closed = true;
      inner = container->depth;
    };
    if (const auto* list = std::get_if<List>(&value)) close(*list);
    if (const auto* dict = std::get_if<Dict>(&value)) close(*dict);
    depth = std::max(depth, inner + 1);
    if (depth > kMostLevels) in_.fail("containers nested more than 16 levels deep");
  }
  void push_list(std::vector<PickleValue> items) {
    auto list = std::make_shared<PickleList>();
    for (const auto& item : items) enclose(item, list->depth);
    list->items = std::move(items);
    push(list);
  }
  void append(std::vector<PickleValue> items) {
    const auto* list = std::get_if<List>(&top());
    if (!list) in_.fail("items for what is no list");
    if ((*list)->closed) in_.fail("a list that changes after it was put into another");
    for (auto& item : items) {
      enclose(item, (*list)->depth);
      // A list among its own items would be closed by now, and is never freed once it is.
      if ((*list)->closed) in_.fail("a list that holds itself");
      (*list)->items.push_back(std::move(item));
    }
  }
  void set_items(std::vector<PickleValue> flat) {
    const auto* found = std::get_if<Dict>(&top());
    if (!found) in_.fail("items for what is no dict");
    const auto& dict = *found;
    if (dict->closed) in_.fail("a dict that changes after it was put into another");
    if (flat.size() % 2 != 0) in_.fail("a key without a value");
    for (size_t i = 0; i < flat.size(); i += 2) {
      if (!std::holds_alternative<PickleText>(flat[i]) &&
          !std::holds_alternative<int64_t>(flat[i])) {
        in_.fail(std::string(kind_of(flat[i])) + " as the key of a dict");
      }
      enclose(flat[i + 1], dict->depth);
      // A dict among its own values would be closed by now.
      if (dict->closed) in_.fail("a dict that holds itself");
      dict->items.emplace_back(std::move(flat[i]), std::move(flat[i + 1]));
    }
  }

  // --- globals and calls ---
  void push_global(const std::string& module, const std::string& name) {
    if (module == "collections" && name == "OrderedDict") {
      return push(PickleCallable{PickleGlobal::kOrderedDict, {}});
    }
    if (module == "torch._utils" && name == "_rebuild_tensor_v2") {
      return push(PickleCallable{PickleGlobal::kRebuildTensor, {}});
    }
    if (module == "torch._utils" && name == "_rebuild_parameter") {
      return push(PickleCallable{PickleGlobal::kRebuildParameter, {}});
    }
    for (const auto& [type, dtype] : kStorageTypes) {
      if (module == "torch" && name == type) {
        return push(PickleCallable{PickleGlobal::kStorageType, dtype});
      }
    }
    in_.fail("the global '" + printable(module + "." + name) +
             "', which a state dict does not need, is refused");
  }

  void reduce() {
    const auto arguments = pop();
    const auto function = pop();
    const auto* list = std::get_if<List>(&arguments);
    const auto* callable = std::get_if<PickleCallable>(&function);
    if (!callable) in_.fail(std::string("a call of ") + kind_of(function));
    if (!list) in_.fail("a call without a tuple of arguments");
    const auto& items = (*list)->items;
    switch (callable->global) {
      case PickleGlobal::kOrderedDict: {
        if (!items.empty()) in_.fail("an ordered dict with arguments");
        auto dict = std::make_shared<PickleDict>();
        dict->ordered = true;
        return push(dict);
      }
      case PickleGlobal::kRebuildTensor:
        return push(tensor_from(items, in_));
      case PickleGlobal::kRebuildParameter:
        if (items.size() != 3 || !std::holds_alternative<Tensor>(items[0])) {
          in_.fail("a parameter that is not rebuilt from a tensor");
        }
        return push(items[0]);
      case PickleGlobal::kStorageType:
        in_.fail("a call of a storage type");
    }
  }

  // The attributes of an ordered dict (_metadata: the version of each module) say nothing to us.
  void build() {
    const auto state = pop();
    const auto* dict = std::get_if<Dict>(&top());
    if (!dict || !(*dict)->ordered) in_.fail(std::string("attributes for ") + kind_of(top()));
    if (!std::holds_alternative<Dict>(state)) in_.fail("attributes that are not a dict");
  }

  void protocol() {
    const int version = in_.number<uint8_t>();
    if (version < 2 || version > 5) in_.fail("pickle protocol " + std::to_string(version));
  }

  void step() {
    const auto opcode = in_.opcode();
    switch (opcode) {
      case '\x80':
        return protocol();
      case '\x95':
        in_.take(8);
        return;  // FRAME: a hint for reading ahead
      case '.':
        stopped_ = true;
        return;
      case '(':
        marks_.push_back(stack_.size());
        return;
      case 'N':
        return push(PickleNone{});
      case '\x88':
        return push(true);
      case '\x89':
        return push(false);
      case 'K':
        return push(int64_t{in_.number<uint8_t>()});
      case 'M':
        return push(int64_t{in_.number<uint16_t>()});
      case 'J':
        return push(int64_t{in_.number<int32_t>()});
      case '\x8a':
        return push(in_.long_integer());
      case 'G':
        in_.take(8);
        return push(0.0);  // a float has no part in a state dict
      case 'X':
        return push_text(in_.text(in_.number<uint32_t>()));
      case '\x8c':
        return push_text(in_.text(in_.number<uint8_t>()));
      case '\x8d':
        return push_text(in_.text(in_.number<uint64_t>()));
      case ')':
        return push_list({});
      case '\x85':
        return push_list(pop_many(1));
      case '\x86':
        return push_list(pop_many(2));
      case '\x87':
        return push_list(pop_many(3));
      case 't':
        return push_list(pop_to_mark());
      case ']':
        return push_list({});
      case 'a':
        return append(pop_many(1));
      case 'e':
        return append(pop_to_mark());
      case '}':
        return push(std::make_shared<PickleDict>());
      case 's':
        return set_items(pop_many(2));
      case 'u':
        return set_items(pop_to_mark());
      case 'q':
        return remember(in_.number<uint8_t>());
      case 'r':
        return remember(in_.number<uint32_t>());
      case '\x94':
        return remember(static_cast<uint32_t>(memo_.size()));
      case 'h':
        return recall(in_.number<uint8_t>());
      case 'j':
        return recall(in_.number<uint32_t>());
      case 'c':
        return named_global();
      case '\x93':
        return stacked_global();
      case 'Q':
        return push(storage_from(pop(), in_));
      case 'R':
        return reduce();
      case 'b':
        return build();
      default:
        in_.fail("opcode " + std::to_string(static_cast<unsigned char>(opcode)) +
                 ", which a state dict does not need, is refused");
    }
  }
  void named_global() {
    const auto module = in_.line();
    push_global(module, in_.line());
  }
  void stacked_global() {
    const auto names = pop_many(2);
    const auto* module = std::get_if<PickleText>(&names[0]);
    const auto* name = std::get_if<PickleText>(&names[1]);
    if (!module || !name) in_.fail("a global without a name");
    push_global(**module, **name);
  }

  PickleInput& in_;
  bool stopped_ = false;
  std::vector<PickleValue> stack_;
  std::vector<size_t> marks_;
  std::unordered_map<uint32_t, PickleValue> memo_;
};

}  // namespace

std::vector<PickledTensor> read_state_dict_pickle(std::span<const std::byte> pickle,
                                                  const std::string& where) {
  PickleInput input(pickle, where);
  return Machine(input).run();
}

}  // namespace trm::format
