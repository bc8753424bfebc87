#pragma once

#include <map>
#include <string>
#include <typeinfo>
#include <vector>

#include "core/config_dump.h"

namespace trm {

// Carries over what two kinds of a choice have in common: a field of the same name and type keeps
// its value when the kind changes.
class SharedFields {
 public:
  template <class From, class To>
  static void carry_over(From from, To& to) {
    Finder finder;
    from.fields(finder);
    Setter setter{finder.found};
    to.fields(setter);
  }

 private:
  struct Field {
    const std::type_info* type;
    const void* value;
  };
  struct Finder {
    std::map<std::string, Field, std::less<>> found;

    template <class T>
    void operator()(std::string_view name, T& field, std::string_view /*help*/,
                    const FieldRule& /*rule*/ = {}) {
      found.emplace(name, Field{&typeid(T), &field});
    }
  };
  struct Setter {
    const std::map<std::string, Field, std::less<>>& found;

    template <class T>
    void operator()(std::string_view name, T& field, std::string_view /*help*/,
                    const FieldRule& /*rule*/ = {}) {
      const auto there = found.find(name);
      if (there != found.end() && *there->second.type == typeid(T))
        field = *static_cast<const T*>(there->second.value);
    }
  };
};

// The fields of the chosen component, flat.
template <class Choice>
std::vector<ConfigWriter::Line> lines_of(Choice choice) {
  ConfigWriter writer;
  choice.visit([&](auto& config) { config.fields(writer); });
  return writer.lines();
}

// What a change of kind does besides: fields that stay, come with their defaults unless they are
// among those `given`, and go.
std::string kind_change(const std::vector<ConfigWriter::Line>& before,
                        const std::vector<ConfigWriter::Line>& after,
                        const std::vector<std::string>& given);

}  // namespace trm
