#pragma once

#include <filesystem>
#include <memory>
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

  ConfigNode();  // in the .cpp: clang cannot find one by itself for a class that pairs hold

  Kind kind = Kind::kNull;
  std::string scalar;
  std::vector<ConfigNode> items;                            // of a list
  std::vector<std::pair<std::string, ConfigNode>> entries;  // of a map, in the file's order
  std::string origin;                                       // "x.yaml: line 3", "override 'a=1'"
  // 0 in a file; a file that extends it and each override lie over it, in this order. Items of
  // lists begin anew: 0.
  int layer = 0;
  // A choice lies over the one of an earlier layer, whose kind alone the reader knows.
  std::shared_ptr<const ConfigNode> under;

  ConfigNode* find(std::string_view key);
  const ConfigNode* find(std::string_view key) const;

  // Throws Error "origin: path: what".
  [[noreturn]] void fail(const std::string& path, const std::string& what) const;
};

// A config file as a tree. `extends: base.yaml` (relative to the file, depth one) and overrides
// "a.b.0.c=value" (value is YAML; numbers index lists) lie over it, in this order, and change what
// they name and nothing else: maps merge, scalars and lists are replaced, a choice changes its kind
// (ConfigNode::under). Error on a missing, empty, broken or hostile file (size, depth and node
// count are bounded), and on malformed overrides.
ConfigNode load_config(const std::filesystem::path& path,
                       std::span<const std::string> overrides = {});

// The same from text; `name` stands for the file in messages.
ConfigNode parse_config(std::string_view text, const std::string& name,
                        std::span<const std::string> overrides = {});

// The node of a key, "train.batch"; null where the tree does not set it.
const ConfigNode* find_path(const ConfigNode& tree, std::string_view path);

}  // namespace trm
