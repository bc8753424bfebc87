#pragma once

#include <fmt/format.h>

#include <string>

#include "core/config.h"

namespace trm {

// One entry of --help-config.
struct HelpLine {
  std::string path, value, meaning;  // value: type, default and bounds; empty for a heading
};

std::string bounds_of(const FieldRule& rule);
std::string render_help(const std::vector<HelpLine>& lines);

class ConfigHelper {
 public:
  template <class T>
  void operator()(std::string_view name, T& field, std::string_view help,
                  const FieldRule& rule = {}) {
    const auto outer = path_;
    path_ = path_.empty() ? std::string(name) : path_ + "." + std::string(name);
    describe(field, std::string(help), rule);
    path_ = outer;
  }

  const std::vector<HelpLine>& lines() const { return lines_; }

 private:
  template <class T>
  void describe(T& value, const std::string& help, const FieldRule& rule) {
    if constexpr (kIsOptional<T>) {
      typename T::value_type inner{};
      leaf(inner, value ? fmt::format("{}", *value) : "null", help, rule);
    } else if constexpr (kIsList<T>) {
      describe_list(value, help);
    } else if constexpr (kIsOneOf<T>) {
      describe_choice(value, help);
    } else if constexpr (requires { value.fields(*this); }) {
      lines_.push_back({path_, "", help});
      value.fields(*this);
    } else {
      leaf(value, fmt::format("{}", value), help, rule);
    }
  }

  template <class T>
  void describe_list(std::vector<T>& value, const std::string& help) {
    T item = value.empty() ? T{} : value.front();
    if constexpr (requires { item.fields(*this); }) {
      lines_.push_back({path_, "list", help});
      path_ += ".0";
      item.fields(*this);
    } else {
      lines_.push_back({path_, "list", help});
    }
  }

  template <class T>
  void describe_choice(T& value, const std::string& help) {
    std::string kinds;
    T::each([&](const auto& config) {
      kinds += (kinds.empty() ? "" : "|") + std::string(config.kind);
    });
    lines_.push_back({path_ + ".kind", kinds + " = " + std::string(value.kind()), help});
    T::each([&](auto config) {
      const size_t before = lines_.size();
      config.fields(*this);
      for (size_t i = before; i < lines_.size(); ++i) {
        lines_[i].meaning = "[" + std::string(config.kind) + "] " + lines_[i].meaning;
      }
    });
  }

  template <class T>
  void leaf(T& /*value*/, const std::string& text, const std::string& help, const FieldRule& rule) {
    const char* type = std::is_same_v<T, bool>      ? "bool"
                       : std::is_same_v<T, int64_t> ? "int"
                       : std::is_same_v<T, double>  ? "float"
                                                    : "text";
    const auto shown = text.empty() ? std::string("''") : text;
    lines_.push_back({path_, fmt::format("{} = {}", type, shown),
                      help + bounds_of(rule) + (rule.free ? " (free)" : "")});
  }

  std::vector<HelpLine> lines_;
  std::string path_;
};

// Every key with its type, default, bounds and meaning, as aligned columns.
template <class T>
std::string help_config() {
  T config;
  ConfigHelper helper;
  config.fields(helper);
  return render_help(helper.lines());
}

}  // namespace trm
