#pragma once

#include <fmt/format.h>

#include <map>
#include <string>

#include "core/config.h"

namespace trm {

// A config as flat lines "a.b.c" -> text, and as YAML. The visitors take const configs by copy,
// because fields() is one template for reading and writing.

std::string quoted_if_needed(const std::string& text);

// One visitor builds both: YAML in block style, and the flat list with each field's rule.
class ConfigWriter {
 public:
  struct Line {
    std::string path, value;
    bool free;
  };

  template <class T>
  void operator()(std::string_view name, T& field, std::string_view /*help*/,
                  const FieldRule& rule = {}) {
    const bool free = free_ || rule.free;
    const auto outer = path_;
    const bool outer_free = free_;
    path_ = path_.empty() ? std::string(name) : path_ + "." + std::string(name);
    free_ = free;
    yaml_ += std::string(indent_, ' ') + std::string(name) + ":";
    write(field);
    path_ = outer;
    free_ = outer_free;
  }

  const std::string& yaml() const { return yaml_; }
  const std::vector<Line>& lines() const { return lines_; }

 private:
  template <class T>
  void write(T& value) {
    if constexpr (kIsOptional<T>) {
      if (value) {
        write(*value);
      } else {
        scalar("null");
      }
    } else if constexpr (kIsNamed<T>) {
      write_named(value);
    } else if constexpr (kIsList<T>) {
      write_list(value);
    } else if constexpr (kIsOneOf<T>) {
      write_choice(value);
    } else if constexpr (requires { value.fields(*this); }) {
      yaml_ += "\n";
      indent_ += 2;
      value.fields(*this);
      indent_ -= 2;
    } else if constexpr (std::is_same_v<T, std::string>) {
      scalar(quoted_if_needed(value));
    } else {
      scalar(fmt::format("{}", value));
    }
  }

  template <class T>
  void write_choice(T& value) {
    yaml_ += "\n";
    indent_ += 2;
    const auto outer = path_;
    path_ += ".kind";
    yaml_ += std::string(indent_, ' ') + "kind:";
    scalar(std::string(value.kind()));
    path_ = outer;
    value.visit([&](auto& config) { config.fields(*this); });
    indent_ -= 2;
  }

  template <class T>
  void write_named(Named<T>& map) {
    if (map.empty()) {
      scalar("{}");
      return;
    }
    yaml_ += "\n";
    const auto outer = path_;
    indent_ += 2;
    for (auto& [name, value] : map) {
      path_ = outer + "." + name;
      yaml_ += std::string(indent_, ' ') + quoted_if_needed(name) + ":";
      write(value);
    }
    indent_ -= 2;
    path_ = outer;
  }

  // Items of a list are maps or scalars; a map item is "-" alone on its line, then its keys.
  template <class T>
  void write_list(std::vector<T>& list) {
    if (list.empty()) {
      scalar("[]");
      return;
    }
    yaml_ += "\n";
    const auto outer = path_;
    for (size_t i = 0; i < list.size(); ++i) {
      path_ = outer + "." + std::to_string(i);
      yaml_ += std::string(indent_ + 2, ' ') + "-";
      indent_ += 2;
      T item = list[i];
      write(item);
      indent_ -= 2;
    }
    path_ = outer;
  }

  void scalar(const std::string& text) {
    yaml_ += " " + text + "\n";
    lines_.push_back({path_, text, free_});
  }

  std::string yaml_;
  std::vector<Line> lines_;
  std::string path_;
  size_t indent_ = 0;
  bool free_ = false;
};

// YAML that reads back to an equal config.
template <class T>
std::string dump_config(T config) {
  ConfigWriter writer;
  config.fields(writer);
  return writer.yaml();
}

// Fields that decide numbers and differ: "train.batch: 64 there, 32 here".
std::vector<std::string> differences(const std::vector<ConfigWriter::Line>& there,
                                     const std::vector<ConfigWriter::Line>& here);

template <class T>
std::vector<std::string> numeric_differences(T there, T here) {
  ConfigWriter a, b;
  there.fields(a);
  here.fields(b);
  return differences(a.lines(), b.lines());
}

}  // namespace trm
