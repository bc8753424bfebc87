#include "core/config_yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

#include "core/printable.h"

namespace trm {
namespace {

constexpr int kMostLevels = 32;
constexpr int kMostNodes = 20000;

// Copies a yaml-cpp tree, whose aliases may share nodes, within bounds.
class Importer {
 public:
  Importer(std::string name, bool with_lines) : name_(std::move(name)), with_lines_(with_lines) {}

  ConfigNode import(const YAML::Node& yaml, int depth = 0) {
    ConfigNode node;
    node.origin = origin(yaml.Mark());
    if (depth > kMostLevels) throw Error(node.origin + ": nested too deeply; at most 32 levels");
    if (++count_ > kMostNodes) throw Error(node.origin + ": too many entries; at most 20000");
    if (yaml.IsScalar()) {
      node.kind = ConfigNode::Kind::kScalar;
      node.scalar = counted(yaml.Scalar(), node.origin);
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
      throw Error(where + ": '" + printable(key.Scalar()) + "' is given twice; keep one");
    auto child = import(value, depth + 1);
    child.origin = where;
    node.entries.emplace_back(counted(key.Scalar(), where), std::move(child));
  }

  // Aliases repeat a text without being long.
  const std::string& counted(const std::string& text, const std::string& where) {
    bytes_ += text.size();
    if (bytes_ > kMostConfigBytes)
      throw Error(where + ": its texts are more than 1 MiB, repeated ones counted again");
    return text;
  }

  std::string origin(const YAML::Mark& mark) const {
    if (!with_lines_ || mark.is_null()) return name_;
    return name_ + ": line " + std::to_string(mark.line + 1);
  }

  std::string name_;
  bool with_lines_;
  int count_ = 0;
  size_t bytes_ = 0;  // of texts
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
  throw YAML::ParserException(mark, "'" + printable(rest, 20) +
                                        "' follows what is whole already; a list is "
                                        "written [a, b]");
}

}  // namespace

ConfigNode import_text(std::string_view text, const std::string& name, bool with_lines) {
  try {
    const std::string whole(text);
    check_is_one_document(whole, name);
    return Importer(name, with_lines).import(YAML::Load(whole));
  } catch (const YAML::Exception& error) {
    std::string where = name;
    if (with_lines && !error.mark.is_null())
      where += ": line " + std::to_string(error.mark.line + 1);
    throw Error(where + ": not valid YAML: " + printable(error.msg, 200));
  }
}

ConfigNode import_document(std::string_view text, const std::string& name) {
  if (text.size() > kMostConfigBytes) throw Error(name + ": larger than a config can be (1 MiB)");
  auto tree = import_text(text, name, true);
  if (tree.kind == ConfigNode::Kind::kNull)
    throw Error(name + ": the file is empty; a config has keys");
  if (tree.kind != ConfigNode::Kind::kMap)
    throw Error(name + ": a config is a map of keys, 'key: value'");
  return tree;
}

}  // namespace trm
