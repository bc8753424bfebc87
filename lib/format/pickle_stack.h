#pragma once

#include <unordered_map>
#include <vector>

#include "format/pickle_value.h"

namespace trm::format {

// The memory of the machine that a pickle is a program for: a stack, marks in it, and a memo.
class PickleStack {
 public:
  explicit PickleStack(const PickleInput& input) : in_(input) {}

  void push(PickleValue value) { stack_.push_back(std::move(value)); }
  void push_text(std::string text) { push(std::make_shared<const std::string>(std::move(text))); }
  void push_other(std::string what) {
    push(PickleOther{std::make_shared<const std::string>(std::move(what))});
  }
  void mark() { marks_.push_back(stack_.size()); }
  const PickleValue& top() const;
  PickleValue pop();
  std::vector<PickleValue> pop_many(size_t count);
  std::vector<PickleValue> pop_to_mark();

  void remember(uint32_t slot) { memo_[slot] = top(); }
  void remember_next() { remember(static_cast<uint32_t>(memo_.size())); }
  void recall(uint32_t slot);

  // A tuple or list of these, and more for the list or dict at the top. A value that is put into a
  // container is closed, so that no container can come to lie in itself. What is something other
  // takes all and keeps nothing.
  void push_list(std::vector<PickleValue> items);
  void append(std::vector<PickleValue> items);
  void set_items(std::vector<PickleValue> keys_and_values);

 private:
  void enclose(const PickleValue& value, int& depth) const;

  const PickleInput& in_;
  std::vector<PickleValue> stack_;
  std::vector<size_t> marks_;
  std::unordered_map<uint32_t, PickleValue> memo_;
};

}  // namespace trm::format
