#pragma once

#include <string>

#include "core/config.h"
#include "core/config_tree.h"

namespace trm {

// Error unless the node has one value; `what` says which is needed.
void need_scalar(const ConfigNode& node, const std::string& path, const char* what);

// Scalars of a config, checked; Error at the node's origin.
void read_scalar(const ConfigNode& node, const std::string& path, const FieldRule& rule, bool& to);
void read_scalar(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                 int64_t& to);
void read_scalar(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                 double& to);
void read_scalar(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                 std::string& to);

// "; did you mean 'width'?" when a known name is near, else nothing.
std::string suggestion(std::string_view name, const std::vector<std::string>& known);
std::string joined(const std::vector<std::string>& names);

inline std::string path_to(const std::string& parent, std::string_view name) {
  return parent.empty() ? std::string(name) : parent + "." + std::string(name);
}

// Strict reading of a map into a struct with fields.
class ConfigReader {
 public:
  ConfigReader(const ConfigNode& node, std::string path) : node_(node), path_(std::move(path)) {}

  template <class T>
  void operator()(std::string_view name, T& field, std::string_view /*help*/,
                  const FieldRule& rule = {}) {
    known_.emplace_back(name);
    if (const auto* child = node_.find(name)) read(*child, path_to(path_, name), rule, field);
  }

  // Error for a key that no field took.
  void finish() const;
  void know(std::string_view name) { known_.emplace_back(name); }

  template <class T>
  static void read(const ConfigNode& node, const std::string& path, const FieldRule& rule, T& to) {
    if constexpr (kIsOptional<T>) {
      read_optional(node, path, rule, to);
    } else if constexpr (kIsList<T>) {
      read_list(node, path, rule, to);
    } else if constexpr (kIsOneOf<T>) {
      read_choice(node, path, to);
    } else if constexpr (requires(ConfigReader & reader) { to.fields(reader); }) {
      read_struct(node, path, to);
    } else {
      read_scalar(node, path, rule, to);
    }
  }

 private:
  template <class T>
  static void read_struct(const ConfigNode& node, const std::string& path, T& to) {
    if (node.kind != ConfigNode::Kind::kMap) node.fail(path, "a map of keys is needed");
    ConfigReader reader(node, path);
    to.fields(reader);
    reader.finish();
  }

  template <class T>
  static void read_optional(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                            T& to) {
    if (node.kind == ConfigNode::Kind::kNull) {
      to.reset();
    } else {
      read(node, path, rule, to.emplace());
    }
  }

  template <class T>
  static void read_list(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                        std::vector<T>& to) {
    if (node.kind != ConfigNode::Kind::kList) node.fail(path, "a list is needed, [a, b]");
    to.clear();
    for (size_t i = 0; i < node.items.size(); ++i) {
      read(node.items[i], path + "." + std::to_string(i), rule, to.emplace_back());
    }
  }

  template <class Choice>
  static void read_choice(const ConfigNode& node, const std::string& path, Choice& to) {
    const bool bare = node.kind == ConfigNode::Kind::kScalar;
    if (!bare && node.kind != ConfigNode::Kind::kMap) {
      node.fail(path, "a kind, or a map with a kind, is needed");
    }
    const auto* kind = bare ? &node : node.find("kind");
    if (kind) choose(*kind, path_to(path, "kind"), to);
    if (bare) return;
    to.visit([&](auto& config) {
      ConfigReader reader(node, path);
      reader.know("kind");
      config.fields(reader);
      reader.finish();
    });
  }

  // Keeps the present alternative, with its defaults, when it is of that kind already.
  template <class Choice>
  static void choose(const ConfigNode& kind, const std::string& path, Choice& to) {
    need_scalar(kind, path, "the name of a kind");
    std::vector<std::string> known;
    bool found = to.kind() == kind.scalar;
    Choice chosen = to;
    Choice::each([&](const auto& config) {
      known.emplace_back(config.kind);
      if (!found && config.kind == kind.scalar) {
        chosen = config;
        found = true;
      }
    });
    if (!found) {
      kind.fail(path, "no '" + kind.scalar + "'" + suggestion(kind.scalar, known) +
                          " known: " + joined(known));
    }
    to = chosen;
  }

  const ConfigNode& node_;
  std::string path_;
  std::vector<std::string> known_;
};

template <class T>
T read_config(const ConfigNode& tree) {
  T config;
  ConfigReader::read(tree, "", {}, config);
  return config;
}

}  // namespace trm
