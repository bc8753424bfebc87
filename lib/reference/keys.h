#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/config_read.h"

namespace trm::reference {

// Keys that the references do not have, of all maps of a config: programs that grew from them add
// their own. One that is off (null, false, 0, empty) changes nothing and is passed over.
class StrangeKeys {
 public:
  void add(const std::string& path, const ConfigNode& value, const std::vector<std::string>& known);
  // Error naming all of them.
  void refuse() const;

 private:
  std::string file_;
  std::vector<std::string> found_;
};

// Reads a map of a reference's config key by key, each with its rule; in the end the keys that none
// asked for are strange.
class Keys {
 public:
  Keys(const ConfigNode& node, std::string path) : node_(node), path_(std::move(path)) {
    if (node.kind != ConfigNode::Kind::kMap) node.fail(path_, "a map of keys is needed");
  }

  const ConfigNode* find(std::string_view key) {
    known_.emplace_back(key);
    return node_.find(key);
  }
  const ConfigNode& at(std::string_view key) {
    if (const auto* child = find(key)) return *child;
    node_.fail(path_to(path_, key),
               "missing, and the reference has no default for it; add the key");
  }
  template <class T>
  T required(std::string_view key, const FieldRule& rule = {}) {
    T value{};
    read_scalar(at(key), path_to(path_, key), rule, value);
    return value;
  }
  template <class T>
  T optional(std::string_view key, T value, const FieldRule& rule = {}) {
    if (const auto* child = find(key)) read_scalar(*child, path_to(path_, key), rule, value);
    return value;
  }
  // A key whose only value that can be honoured is the default.
  template <class T>
  void fixed(std::string_view key, T value, const std::string& why) {
    if (optional<T>(key, value) != value) node_.find(key)->fail(path_to(path_, key), why);
  }
  void ignore(std::initializer_list<std::string_view> keys) {
    known_.insert(known_.end(), keys.begin(), keys.end());
  }
  void finish(StrangeKeys& strange) const {
    for (const auto& [key, value] : node_.entries) {
      if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
        strange.add(path_to(path_, key), value, known_);
      }
    }
  }
  [[noreturn]] void fail(std::string_view key, const std::string& what) const {
    const auto* child = node_.find(key);
    (child ? *child : node_).fail(path_to(path_, key), what);
  }

 private:
  const ConfigNode& node_;
  std::string path_;
  std::vector<std::string> known_;
};

// "trm" of "recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1".
inline std::string module_of(const std::string& name) {
  const auto at = name.find('@');
  const auto dot = name.rfind('.', at);
  const auto begin = dot == std::string::npos ? 0 : dot + 1;
  return name.substr(begin, at == std::string::npos ? at : at - begin);
}

}  // namespace trm::reference
