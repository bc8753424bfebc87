#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"

namespace trm {

// One entry of --help-config.
struct HelpLine {
  std::string path;
  std::string value;    // the default; empty for a map of keys
  std::string meaning;  // with type and bounds
  std::string kind;     // of the component whose key it is; empty outside of components
};

// "whole number, at least 1", "true or false".
std::string type_of(std::string_view type, const FieldRule& rule);
// Every key with its default, below it what it means, in lines of that width. Of a section
// ("train", "model.core"), or of the keys that have a word in name or meaning; empty for all.
// Error where there are none.
std::string render_help(const std::vector<HelpLine>& lines, std::string_view filter, int width);

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
    } else if constexpr (kIsNamed<T>) {
      lines_.push_back({path_, "{}", help + "; a map of names of your own", ""});
    } else if constexpr (kIsList<T>) {
      describe_list(value, help, rule);
    } else if constexpr (kIsOneOf<T>) {
      describe_choice(value, help);
    } else if constexpr (requires { value.fields(*this); }) {
      lines_.push_back({path_, "", help, ""});
      value.fields(*this);
    } else {
      leaf(value, fmt::format("{}", value), help, rule);
    }
  }

  template <class T>
  void describe_list(std::vector<T>& value, const std::string& help, const FieldRule& rule) {
    T item = value.empty() ? T{} : value.front();
    if constexpr (requires { item.fields(*this); }) {
      lines_.push_back({path_, "", help + "; a list, whose first item is 0", ""});
      path_ += ".0";
      item.fields(*this);
    } else {
      std::string text;
      if constexpr (std::is_arithmetic_v<decltype(item)> ||
                    std::is_same_v<decltype(item), std::string>) {
        for (const auto& each : value) text += (text.empty() ? "" : ", ") + fmt::format("{}", each);
      }
      lines_.push_back({path_, "[" + text + "]", help + "; " + type_of("list", rule), ""});
    }
  }

  template <class T>
  void describe_choice(T& value, const std::string& help) {
    std::string kinds;
    T::each([&](const auto& config) {
      kinds += (kinds.empty() ? "" : ", ") + std::string(config.kind);
    });
    lines_.push_back({path_, std::string(value.kind()), help + "; one of " + kinds, ""});
    T::each([&](auto config) {
      const size_t before = lines_.size();
      config.fields(*this);
      for (size_t i = before; i < lines_.size(); ++i) {
        if (lines_[i].kind.empty()) lines_[i].kind = std::string(config.kind);
      }
    });
  }

  template <class T>
  void leaf(T& /*value*/, const std::string& text, const std::string& help, const FieldRule& rule) {
    const char* type = std::is_same_v<T, bool>      ? "true or false"
                       : std::is_same_v<T, int64_t> ? "whole number"
                       : std::is_same_v<T, double>  ? "number"
                                                    : "text";
    lines_.push_back({path_, text.empty() ? "''" : text, help + "; " + type_of(type, rule), ""});
  }

  std::vector<HelpLine> lines_;
  std::string path_;
};

template <class T>
std::string help_config(std::string_view filter = {}, int width = 80) {
  T config;
  ConfigHelper helper;
  config.fields(helper);
  return render_help(helper.lines(), filter, width);
}

}  // namespace trm
