#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"

namespace trm {

// A piece of YAML, with the place that it came from for messages.
struct ConfigNode {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  std::string scalar;
  std::vector<ConfigNode> items;                            // of a list
  std::vector<std::pair<std::string, ConfigNode>> entries;  // of a map, in the file's order
  std::string origin;                                       // "x.yaml: line 3", "override 'a=1'"

  ConfigNode* find(std::string_view key);
  const ConfigNode* find(std::string_view key) const;

  // Throws Error "origin: path: what".
  [[noreturn]] void fail(const std::string& path, const std::string& what) const;
};

// A config file as a tree. `extends: base.yaml` (relative to the file, depth one) is merged in:
// maps merge, but a map whose `kind` differs replaces the base's whole. Overrides "a.b.0.c=value"
// (value is YAML; numbers index lists) edit the tree before anything reads it. Error on a missing,
// empty, broken or hostile file (size, depth and node count are bounded), and on a malformed
// override.
ConfigNode load_config(const std::filesystem::path& path,
                       std::span<const std::string> overrides = {});

// The same from text; `name` stands for the file in messages.
ConfigNode parse_config(std::string_view text, const std::string& name,
                        std::span<const std::string> overrides = {});

}  // namespace trm
