#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// What a component's Config needs. A Config is a struct whose member template fields(v) names each
// field once; the visitors of config_read.h, config_dump.h and config_help.h do the rest:
//
//   struct Config {
//     static constexpr std::string_view kind = "attention";
//     int64_t heads = 8;
//     template <class V> void fields(V& v) { v("heads", heads, "number of heads", {.min = 1}); }
//   };
//
// Field types: bool, int64_t, double, std::string, std::optional, std::vector, Named, structs with
// fields, OneOf. Defaults are the member initialisers and stand nowhere else.

namespace trm {

// What is allowed in a field. A free field may change when a run is continued; the others decide
// numbers and may not.
struct FieldRule {
  bool free = false;
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  bool above_min = false;  // the bound itself is not allowed
  std::vector<std::string_view> choices = {};
};

// A choice between components, by the name `kind`. In YAML a map with `kind` and that component's
// own fields, or the bare name. A map without `kind` is of the default's.
template <class... Components>
class OneOf {
 public:
  using Variant = std::variant<typename Components::Config...>;

  OneOf() = default;
  template <class Config>
  requires(std::is_same_v<Config, typename Components::Config> || ...) OneOf(Config config)
      : value_(std::move(config)) {}

  std::string_view kind() const {
    return std::visit([](const auto& config) { return config.kind; }, value_);
  }
  template <class Component>
  bool holds() const {
    return std::holds_alternative<typename Component::Config>(value_);
  }
  template <class Component>
  const typename Component::Config& get() const {
    return std::get<typename Component::Config>(value_);
  }
  template <class F>
  auto visit(F&& f) {
    return std::visit(std::forward<F>(f), value_);
  }

  // The chosen component, constructed from its Config and the arguments.
  template <class Interface, class... Args>
  std::shared_ptr<Interface> create(Args&&... args) const {
    std::shared_ptr<Interface> made;
    (try_create<Components>(made, args...), ...);
    return made;
  }

  // The default of each alternative, in order: f(Config).
  template <class F>
  static void each(F&& f) {
    (f(typename Components::Config{}), ...);
  }

 private:
  template <class Component, class Interface, class... Args>
  void try_create(std::shared_ptr<Interface>& made, Args&... args) const {
    if (holds<Component>()) made = std::make_shared<Component>(get<Component>(), args...);
  }

  Variant value_;
};

// A map whose keys are names that the file gives, in its order.
template <class T>
using Named = std::vector<std::pair<std::string, T>>;

template <class T>
inline constexpr bool kIsOneOf = false;
template <class... C>
inline constexpr bool kIsOneOf<OneOf<C...>> = true;
template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsNamed = false;
template <class T>
inline constexpr bool kIsNamed<Named<T>> = true;

}  // namespace trm
