#include "format/pickle_stack.h"

namespace trm::format {
namespace {

constexpr int kMostLevels = 16;

using List = std::shared_ptr<PickleList>;
using Dict = std::shared_ptr<PickleDict>;

}  // namespace

const PickleValue& PickleStack::top() const {
  if (stack_.size() <= (marks_.empty() ? 0 : marks_.back())) in_.fail("the stack is empty");
  return stack_.back();
}

PickleValue PickleStack::pop() {
  top();
  auto value = std::move(stack_.back());
  stack_.pop_back();
  return value;
}

std::vector<PickleValue> PickleStack::pop_many(size_t count) {
  std::vector<PickleValue> values(count);
  for (size_t i = count; i > 0; --i) values[i - 1] = pop();
  return values;
}

std::vector<PickleValue> PickleStack::pop_to_mark() {
  if (marks_.empty()) in_.fail("no mark on the stack");
  auto values = pop_many(stack_.size() - marks_.back());
  marks_.pop_back();
  return values;
}

void PickleStack::recall(uint32_t slot) {
  const auto found = memo_.find(slot);
  if (found == memo_.end()) in_.fail("memo " + std::to_string(slot) + " is not set");
  push(found->second);
}

void PickleStack::enclose(const PickleValue& value, int& depth) const {
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

void PickleStack::push_list(std::vector<PickleValue> items) {
  auto list = std::make_shared<PickleList>();
  for (const auto& item : items) enclose(item, list->depth);
  list->items = std::move(items);
  push(list);
}

void PickleStack::append(std::vector<PickleValue> items) {
  if (std::holds_alternative<PickleOther>(top())) return;
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

void PickleStack::set_items(std::vector<PickleValue> flat) {
  if (std::holds_alternative<PickleOther>(top())) return;
  const auto* found = std::get_if<Dict>(&top());
  if (!found) in_.fail("items for what is no dict");
  const auto& dict = *found;
  if (dict->closed) in_.fail("a dict that changes after it was put into another");
  if (flat.size() % 2 != 0) in_.fail("a key without a value");
  for (size_t i = 0; i < flat.size(); i += 2) {
    if (std::holds_alternative<List>(flat[i]) || std::holds_alternative<Dict>(flat[i])) {
      in_.fail(kind_of(flat[i]) + " as the key of a dict");
    }
    enclose(flat[i + 1], dict->depth);
    // A dict among its own values would be closed by now.
    if (dict->closed) in_.fail("a dict that holds itself");
    dict->items.emplace_back(std::move(flat[i]), std::move(flat[i + 1]));
  }
}

}  // namespace trm::format
