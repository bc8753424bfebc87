#pragma once

#include <string>

#include "core/config.h"
#include "core/config_choice.h"
#include "core/config_findings.h"
#include "core/config_help.h"
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

// Two fields that say the same in two ways; a struct with such fields lists them as kAlternatives.
// The one that a later layer sets counts, and empties the other.
using Alternatives = std::pair<std::string_view, std::string_view>;

// Strict reading of a map into a struct with fields, over what these have already. A mistake in one
// field is written down, and the others are read as well.
class ConfigReader {
 public:
  ConfigReader(const ConfigNode& node, std::string path, ConfigFindings& findings,
               std::string_view kind = {})
      : node_(node), path_(std::move(path)), findings_(findings), kind_(kind) {
    if (!kind.empty()) known_.emplace_back("kind");
  }

  template <class T>
  void operator()(std::string_view name, T& field, std::string_view /*help*/,
                  const FieldRule& rule = {}) {
    known_.emplace_back(name);
    const auto* child = node_.find(name);
    if (!child) return;
    if constexpr (kIsOptional<T>) {
      if (gives_way(*child, name)) return field.reset();
    }
    attempt(findings_, [&] { read(*child, path_to(path_, name), rule, field, findings_); });
  }

  // Writes down the keys that no field took.
  void finish() const;

  // One value by itself, with its mistakes as an Error.
  template <class T>
  static void read(const ConfigNode& node, const std::string& path, const FieldRule& rule, T& to) {
    ConfigFindings findings;
    attempt(findings, [&] { read(node, path, rule, to, findings); });
    findings.check();
  }

  template <class T>
  static void read(const ConfigNode& node, const std::string& path, const FieldRule& rule, T& to,
                   ConfigFindings& findings) {
    if constexpr (kIsOptional<T>) {
      read_optional(node, path, rule, to, findings);
    } else if constexpr (kIsNamed<T>) {
      read_named(node, path, rule, to, findings);
    } else if constexpr (kIsList<T>) {
      read_list(node, path, rule, to, findings);
    } else if constexpr (kIsOneOf<T>) {
      read_choice(node, path, to, findings);
    } else if constexpr (requires(ConfigReader & reader) { to.fields(reader); }) {
      if (node.kind != ConfigNode::Kind::kMap) node.fail(path, "a map of keys is needed");
      ConfigReader reader(node, path, findings);
      if constexpr (requires { T::kAlternatives; }) reader.alternatives_ = T::kAlternatives;
      to.fields(reader);
      reader.finish();
    } else if constexpr (std::is_same_v<T, std::string>) {
      read_text(node, path, rule, to, findings);
    } else {
      read_scalar(node, path, rule, to);
    }
  }

  template <class F>
  static void attempt(ConfigFindings& findings, const F& reading) {
    try {
      reading();
    } catch (const Error& error) {
      findings.fault(error.what());
    }
  }

 private:
  template <class T>
  static void read_optional(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                            T& to, ConfigFindings& findings) {
    if (node.kind == ConfigNode::Kind::kNull) {
      to.reset();
    } else {
      read(node, path, rule, to.emplace(), findings);
    }
  }

  template <class T>
  static void read_list(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                        std::vector<T>& to, ConfigFindings& findings) {
    // One plain value is a list of it, and nothing an empty one.
    constexpr bool plain = std::is_arithmetic_v<T> || std::is_same_v<T, std::string>;
    if constexpr (plain) {
      if (node.kind == ConfigNode::Kind::kNull) return to.clear();
      if (node.kind == ConfigNode::Kind::kScalar) {
        to.clear();
        return read(node, path, rule, to.emplace_back(), findings);
      }
    }
    if (node.kind != ConfigNode::Kind::kList) node.fail(path, "a list is needed, [a, b]");
    to.clear();
    for (size_t i = 0; i < node.items.size(); ++i) {
      attempt(findings, [&] {
        read(node.items[i], path_to(path, std::to_string(i)), rule, to.emplace_back(), findings);
      });
    }
  }

  template <class T>
  static void read_named(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                         Named<T>& to, ConfigFindings& findings) {
    if (node.kind != ConfigNode::Kind::kMap) node.fail(path, "a map of names is needed, {a: ...}");
    to.clear();
    for (const auto& [name, value] : node.entries) {
      attempt(findings, [&, &key = name, &child = value] {
        read(child, path_to(path, key), rule, to.emplace_back(key, T{}).second, findings);
      });
    }
  }

  template <class Choice>
  static void read_choice(const ConfigNode& node, const std::string& path, Choice& to,
                          ConfigFindings& findings) {
    if (node.under) read_choice(*node.under, path, to, findings);
    const bool bare = node.kind == ConfigNode::Kind::kScalar;
    if (!bare && node.kind != ConfigNode::Kind::kMap) {
      node.fail(path, "a kind, or a map with a kind, is needed");
    }
    const auto* kind = bare ? &node : node.find("kind");
    const Choice before = to;
    if (kind) choose(*kind, path_to(path, "kind"), to);
    if (!bare) {
      to.visit([&](auto& config) {
        ConfigReader reader(node, path, findings, config.kind);
        config.fields(reader);
        reader.finish();
      });
    }
    if (kind && kind->layer > 0 && before.kind() != to.kind())
      findings.note(changed_kind(node, path, before, to));
  }

  // Keeps the present alternative when it is of that kind already. In a layer over another one, a
  // change of kind keeps the fields that both have; else a kind begins with its defaults.
  template <class Choice>
  static void choose(const ConfigNode& kind, const std::string& path, Choice& to) {
    need_scalar(kind, path, "the name of a kind");
    std::vector<std::string> known;
    bool found = to.kind() == kind.scalar;
    Choice chosen = to;
    Choice::each([&](auto config) {
      known.emplace_back(config.kind);
      if (found || config.kind != kind.scalar) return;
      if (kind.layer > 0)
        to.visit([&](const auto& before) { SharedFields::carry_over(before, config); });
      chosen = config;
      found = true;
    });
    if (!found) fail_kind(kind, path, known);
    to = chosen;
  }

  template <class Choice>
  static std::string changed_kind(const ConfigNode& node, const std::string& path,
                                  const Choice& before, const Choice& after) {
    std::vector<std::string> given;
    for (const auto& [key, value] : node.entries) given.push_back(key);
    return fmt::format("{}: {} in the place of {}{}", path, after.kind(), before.kind(),
                       kind_change(lines_of(before), lines_of(after), given));
  }

  [[noreturn]] static void fail_kind(const ConfigNode& kind, const std::string& path,
                                     const std::vector<std::string>& known);
  // Whether a later layer says the same by the other of two alternatives.
  bool gives_way(const ConfigNode& child, std::string_view name) const;
  static void read_text(const ConfigNode& node, const std::string& path, const FieldRule& rule,
                        std::string& to, const ConfigFindings& findings);

  const ConfigNode& node_;
  std::string path_;
  ConfigFindings& findings_;
  std::string_view kind_;
  std::span<const Alternatives> alternatives_;
  std::vector<std::string> known_;
};

template <class T>
std::vector<ConfigKey> keys_of() {
  T config;
  ConfigHelper helper;
  config.fields(helper);
  std::vector<ConfigKey> keys;
  for (const auto& line : helper.lines()) keys.push_back({line.path, line.kind});
  return keys;
}

// The config that a tree says. Error with all its mistakes. `notes` gets what a change of kind does
// besides, a line each. A config may list OtherNames as kOtherNames.
template <class T>
T read_config(const ConfigNode& tree, std::vector<std::string>* notes = nullptr) {
  std::span<const OtherName> other_names;
  if constexpr (requires { T::kOtherNames; }) other_names = T::kOtherNames;
  ConfigFindings findings(&keys_of<T>, other_names);
  T config;
  ConfigReader::attempt(findings, [&] { ConfigReader::read(tree, "", {}, config, findings); });
  findings.check();
  if (notes) *notes = findings.notes();
  return config;
}

}  // namespace trm
