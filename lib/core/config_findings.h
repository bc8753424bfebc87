#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config_tree.h"

namespace trm {

// A key that a config can have: "model.layers.0.mixer.heads", of the kind "attention".
struct ConfigKey {
  std::string path, kind;
};

// What other programs call a key, or what people take for its name; or, as "key=value", for a
// value.
struct OtherName {
  std::string_view theirs, ours;
};

// What reading a config brings to light besides the config: mistakes, all of which are told
// together, and what a change brings with it.
class ConfigFindings {
 public:
  // All keys that there are, for who took another; made where there is a mistake alone.
  using Keys = std::vector<ConfigKey> (*)();
  explicit ConfigFindings(Keys keys = nullptr, std::span<const OtherName> other_names = {})
      : keys_(keys), other_names_(other_names) {}

  void fault(std::string text) { faults_.push_back(std::move(text)); }
  // A key that is none of `known`, the keys beside it; `kind` is the component's, if it is one.
  void unknown(const ConfigNode& node, const std::string& parent, const std::string& key,
               const std::vector<std::string>& known, std::string_view kind);
  // What is ours for another's name or "key=value"; nothing where none is listed.
  std::string_view other_name(std::string_view theirs) const;
  void note(std::string text) { notes_.push_back(std::move(text)); }

  const std::vector<std::string>& notes() const { return notes_; }
  // Error with all faults, where there is any.
  void check() const;

 private:
  std::string advice(const std::string& parent, const std::string& key,
                     const std::vector<std::string>& known, std::string_view kind) const;

  Keys keys_;
  std::span<const OtherName> other_names_;
  std::vector<std::string> faults_, notes_;
};

// One Error of all of them: the fault itself where it is one, else a line for each under their
// number.
[[noreturn]] void fail_together(const std::vector<std::string>& faults);

// "; did you mean 'width'?" when a known name is near, else nothing.
std::string suggestion(std::string_view name, const std::vector<std::string>& known);
std::string joined(const std::vector<std::string>& names);

inline std::string path_to(const std::string& parent, std::string_view name) {
  return parent.empty() ? std::string(name) : parent + "." + std::string(name);
}

}  // namespace trm
