#include "core/config_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <optional>
#include <sstream>

#include "core/file.h"
#include "core/printable.h"

namespace trm {
namespace {

constexpr size_t kMostBytes = 1 << 20;
constexpr int kMostDepth = 32;
constexpr int kMostNodes = 20000;

// Copies a yaml-cpp tree, whose aliases may share nodes, within bounds.
class Importer {
 public:
  Importer(std::string name, bool with_lines) : name_(std::move(name)), with_lines_(with_lines) {}

  ConfigNode import(const YAML::Node& yaml, int depth = 0) {
    ConfigNode node;
    node.origin = origin(yaml.Mark());
    if (depth > kMostDepth) throw Error(node.origin + ": nested too deeply; at most 32 levels");
    if (++count_ > kMostNodes) throw Error(node.origin + ": too many entries; at most 20000");
    if (yaml.IsScalar()) {
      node.kind = ConfigNode::Kind::kScalar;
      node.scalar = yaml.Scalar();
    } else if (yaml.IsSequence()) {
      node.kind = ConfigNode::Kind::kList;
      for (const auto& item : yaml) node.items.push_back(import(item, depth + 1));
    } else if (yaml.IsMap()) {
      node.kind = ConfigNode::Kind::kMap;
      for (const auto& entry : yaml) add_entry(node, entry.first, entry.second, depth);
    }
    return node;
  }

 private:
  void add_entry(ConfigNode& node, const YAML::Node& key, const YAML::Node& value, int depth) {
    const auto where = origin(key.Mark());
    if (!key.IsScalar()) throw Error(where + ": a key must be a plain word");
    if (node.find(key.Scalar()))
      throw Error(where + ": '" + key.Scalar() + "' is given twice; keep one");
    auto child = import(value, depth + 1);
    child.origin = where;
    node.entries.emplace_back(key.Scalar(), std::move(child));
  }

  std::string origin(const YAML::Mark& mark) const {
    if (!with_lines_ || mark.is_null()) return name_;
    return name_ + ": line " + std::to_string(mark.line + 1);
  }

  std::string name_;
  bool with_lines_;
  int count_ = 0;
};

// Where the documents of a text begin. Builds nothing.
class DocumentStarts : public YAML::EventHandler {
 public:
  const std::vector<YAML::Mark>& marks() const { return marks_; }

  void OnDocumentStart(const YAML::Mark& mark) override { marks_.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {}
  void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                       YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {}
  void OnMapEnd() override {}

 private:
  std::vector<YAML::Mark> marks_;
};

// Error where anything follows the first document. The parser takes a token that can stand nowhere,
// as a comma outside of brackets, for an empty document and never gets beyond it: at most two are
// asked for.
void check_is_one_document(const std::string& text, const std::string& where) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  if (!parser.HandleNextDocument(starts) || !parser.HandleNextDocument(starts)) return;
  const auto& mark = starts.marks().back();
  std::istringstream lines(text);
  std::string line;
  for (int i = 0; i <= mark.line; ++i) std::getline(lines, line);
  if (line.starts_with("---"))
    throw Error(where + ": two documents in one file; keep one, without '---' between");
  const auto rest = mark.column < static_cast<int>(line.size())
                        ? line.substr(static_cast<size_t>(mark.column))
                        : "";
  throw YAML::ParserException(mark, "'" + printable(rest, 20) + "' follows what is whole already; a list is "
                                       "written [a, b]");
}

ConfigNode import_text(std::string_view text, const std::string& name, bool with_lines) {
  try {
    const std::string whole(text);
    check_is_one_document(whole, name);
    return Importer(name, with_lines).import(YAML::Load(whole));
  } catch (const YAML::Exception& error) {
    std::string where = name;
    if (with_lines && !error.mark.is_null())
      where += ": line " + std::to_string(error.mark.line + 1);
    throw Error(where + ": not valid YAML: " + error.msg);
  }
}

ConfigNode import_document(std::string_view text, const std::string& name) {
  if (text.size() > kMostBytes) throw Error(name + ": larger than a config can be (1 MiB)");
  auto tree = import_text(text, name, true);
  if (tree.kind == ConfigNode::Kind::kNull)
    throw Error(name + ": the file is empty; a config has keys");
  if (tree.kind != ConfigNode::Kind::kMap)
    throw Error(name + ": a config is a map of keys, 'key: value'");
  return tree;
}

// A bare kind, `sampler: numpy`, becomes a map when one of its fields is set.
void open_bare_kind(ConfigNode& node) {
  if (node.kind != ConfigNode::Kind::kScalar) return;
  ConfigNode map;
  map.origin = node.origin;
  map.kind = ConfigNode::Kind::kMap;
  map.entries.emplace_back("kind", std::move(node));
  node = std::move(map);
}

void merge(ConfigNode& base, ConfigNode&& child) {
  const auto* kind = child.find("kind");
  const auto* base_kind = base.find("kind");
  const bool other_kind = kind && (!base_kind || kind->scalar != base_kind->scalar);
  if (child.kind == ConfigNode::Kind::kMap && !kind) open_bare_kind(base);
  if (base.kind != ConfigNode::Kind::kMap || child.kind != ConfigNode::Kind::kMap || other_kind) {
    base = std::move(child);
    return;
  }
  for (auto& [key, value] : child.entries) {
    if (auto* there = base.find(key)) {
      merge(*there, std::move(value));
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

ConfigNode& descend(ConfigNode& node, std::string_view part, const std::string& origin) {
  if (node.kind == ConfigNode::Kind::kList) {
    const auto index = index_of(part);
    if (!index || *index >= node.items.size()) {
      throw Error(origin + ": no item '" + std::string(part) + "' in a list of " +
                  std::to_string(node.items.size()) + "; items count from 0");
    }
    return node.items[*index];
  }
  open_bare_kind(node);
  node.kind = ConfigNode::Kind::kMap;
  if (auto* there = node.find(part)) return *there;
  node.entries.emplace_back(std::string(part), ConfigNode{});
  node.entries.back().second.origin = origin;
  return node.entries.back().second;
}

void apply_override(ConfigNode& tree, const std::string& text) {
  const auto origin = "override '" + text + "'";
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Error(origin + ": an override reads key=value, such as train.steps=100");
  }
  std::string_view path = std::string_view(text).substr(0, equals);
  ConfigNode* node = &tree;
  for (int depth = 0;; ++depth) {
    if (depth == kMostDepth) throw Error(origin + ": nested too deeply; at most 32 levels");
    const auto dot = path.find('.');
    const auto part = path.substr(0, dot);
    if (part.empty()) throw Error(origin + ": an empty name between dots");
    node = &descend(*node, part, origin);
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
  *node = import_text(std::string_view(text).substr(equals + 1), origin, false);
}

ConfigNode with_overrides(ConfigNode tree, std::span<const std::string> overrides) {
  for (const auto& text : overrides) apply_override(tree, text);
  return tree;
}

}  // namespace

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
  throw Error(origin + ": " + (path.empty() ? what : path + ": " + what));
}

ConfigNode parse_config(std::string_view text, const std::string& name,
                        std::span<const std::string> overrides) {
  return with_overrides(import_document(text, name), overrides);
}

ConfigNode load_config(const std::filesystem::path& path, std::span<const std::string> overrides) {
  auto tree = import_document(read_text(path, kMostBytes + 1), path.string());
  if (const auto* extends = tree.find("extends")) {
    if (extends->scalar.empty()) extends->fail("extends", "the name of a config file is needed");
    const auto base_path = path.parent_path() / extends->scalar;
    auto base = import_document(read_text(base_path, kMostBytes + 1), base_path.string());
    if (const auto* deeper = base.find("extends")) {
      deeper->fail("extends", "a base cannot extend another; one level is allowed");
    }
    std::erase_if(tree.entries, [](const auto& entry) { return entry.first == "extends"; });
    merge(base, std::move(tree));
    tree = std::move(base);
  }
  return with_overrides(std::move(tree), overrides);
}

}  // namespace trm
