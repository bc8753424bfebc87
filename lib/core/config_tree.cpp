#include "core/config_tree.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/config_findings.h"
#include "core/config_yaml.h"
#include "core/file.h"
#include "core/printable.h"

namespace trm {
namespace {

constexpr int kMostDepth = 32;

// A bare kind, `sampler: numpy`, becomes a map when one of its fields is set.
void open_bare_kind(ConfigNode& node) {
  if (node.kind != ConfigNode::Kind::kScalar) return;
  ConfigNode map;
  map.origin = node.origin;
  map.kind = ConfigNode::Kind::kMap;
  map.layer = node.layer;
  map.under = std::move(node.under);
  map.entries.emplace_back("kind", std::move(node));
  node = std::move(map);
}

// Items of lists are no layer over others: a list is replaced whole.
void set_layer(ConfigNode& node, int layer) {
  node.layer = layer;
  for (auto& [key, value] : node.entries) set_layer(value, layer);
}

// Lays a node of a later layer over an earlier one.
void lay_over(ConfigNode& base, ConfigNode&& over) {
  const bool named = over.kind == ConfigNode::Kind::kScalar || over.find("kind") != nullptr;
  const bool there = base.kind == ConfigNode::Kind::kScalar || base.kind == ConfigNode::Kind::kMap;
  if (named && there) {
    over.under = std::make_shared<const ConfigNode>(std::move(base));
    base = std::move(over);
    return;
  }
  if (over.kind == ConfigNode::Kind::kMap) open_bare_kind(base);
  if (base.kind != ConfigNode::Kind::kMap || over.kind != ConfigNode::Kind::kMap) {
    base = std::move(over);
    return;
  }
  for (auto& [key, value] : over.entries) {
    if (auto* below = base.find(key)) {
      lay_over(*below, std::move(value));
    } else {
      base.entries.emplace_back(key, std::move(value));
    }
  }
}

std::optional<size_t> index_of(std::string_view part) {
  size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc() || end != part.data() + part.size()) return std::nullopt;
  return index;
}

ConfigNode& descend(ConfigNode& node, std::string_view part, const std::string& origin, int layer) {
  if (node.kind == ConfigNode::Kind::kList) {
    const auto index = index_of(part);
    if (!index || *index >= node.items.size()) {
      throw Error(origin + ": no item '" + printable(part) + "' in a list of " +
                  std::to_string(node.items.size()) + "; items count from 0");
    }
    return node.items[*index];
  }
  open_bare_kind(node);
  node.kind = ConfigNode::Kind::kMap;
  if (auto* there = node.find(part)) return *there;
  node.entries.emplace_back(std::string(part), ConfigNode{});
  auto& made = node.entries.back().second;
  made.origin = origin;
  made.layer = layer;
  return made;
}

// "core.kind=x" says what "core=x" does.
ConfigNode value_of(std::string_view text, const std::string& origin, bool is_kind) {
  auto value = import_text(text, origin, false);
  if (!is_kind) return value;
  ConfigNode choice;
  choice.origin = origin;
  choice.kind = ConfigNode::Kind::kMap;
  choice.entries.emplace_back("kind", std::move(value));
  return choice;
}

void apply_override(ConfigNode& tree, const std::string& text, int layer) {
  const auto origin = "override '" + printable(text, 200) + "'";
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Error(origin + ": an override reads key=value, such as train.steps=100");
  }
  std::string_view path = std::string_view(text).substr(0, equals);
  constexpr std::string_view kKind = ".kind";
  const bool is_kind = path.ends_with(kKind);
  if (is_kind) path.remove_suffix(kKind.size());
  ConfigNode* node = &tree;
  for (int depth = 0;; ++depth) {
    if (depth == kMostDepth) throw Error(origin + ": nested too deeply; at most 32 levels");
    const auto dot = path.find('.');
    const auto part = path.substr(0, dot);
    if (part.empty()) throw Error(origin + ": an empty name between dots");
    node = &descend(*node, part, origin, layer);
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
  auto value = value_of(std::string_view(text).substr(equals + 1), origin, is_kind);
  set_layer(value, layer);
  lay_over(*node, std::move(value));
}

ConfigNode with_overrides(ConfigNode tree, std::span<const std::string> overrides) {
  std::vector<std::string> faults;
  int layer = 1;  // of a file that extends another
  for (const auto& text : overrides) {
    try {
      apply_override(tree, text, ++layer);
    } catch (const Error& error) {
      faults.emplace_back(error.what());
    }
  }
  if (!faults.empty()) fail_together(faults);
  return tree;
}

}  // namespace

ConfigNode::ConfigNode() = default;

ConfigNode* ConfigNode::find(std::string_view key) {
  for (auto& [name, value] : entries) {
    if (name == key) return &value;
  }
  return nullptr;
}

const ConfigNode* ConfigNode::find(std::string_view key) const {
  return const_cast<ConfigNode*>(this)->find(key);
}

void ConfigNode::fail(const std::string& path, const std::string& what) const {
  // Names and values are the file's own, whatever it holds.
  throw Error(origin + ": " + printable(path.empty() ? what : path + ": " + what, 1500));
}

const ConfigNode* find_path(const ConfigNode& tree, std::string_view path) {
  const auto dot = path.find('.');
  const auto* below = tree.find(path.substr(0, dot));
  if (!below || dot == std::string_view::npos) return below;
  return find_path(*below, path.substr(dot + 1));
}

ConfigNode parse_config(std::string_view text, const std::string& name,
                        std::span<const std::string> overrides) {
  return with_overrides(import_document(text, name), overrides);
}

ConfigNode load_config(const std::filesystem::path& path, std::span<const std::string> overrides) {
  auto tree = import_document(read_text(path, kMostConfigBytes + 1), path.string());
  if (const auto* extends = tree.find("extends")) {
    if (extends->scalar.empty()) extends->fail("extends", "the name of a config file is needed");
    const auto base_path = path.parent_path() / extends->scalar;
    auto base = import_document(read_text(base_path, kMostConfigBytes + 1), base_path.string());
    if (const auto* deeper = base.find("extends")) {
      deeper->fail("extends", "a base cannot extend another; one level is allowed");
    }
    std::erase_if(tree.entries, [](const auto& entry) { return entry.first == "extends"; });
    set_layer(tree, 1);
    lay_over(base, std::move(tree));
    tree = std::move(base);
  }
  return with_overrides(std::move(tree), overrides);
}

}  // namespace trm
