#include "sweep/definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "core/config_read.h"
#include "core/printable.h"

namespace trm::sweep {
namespace {

constexpr size_t kMostName = 64;

std::string key_of(const std::string& text) { return text.substr(0, text.find('=')); }

// Arms name folders and rows of tables.
bool is_arm_name(const std::string& name) {
  const auto good = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '+';
  };
  return !name.empty() && name.size() <= kMostName &&
         std::isalnum(static_cast<unsigned char>(name.front())) != 0 &&
         std::all_of(name.begin(), name.end(), good);
}

// What the file says by itself and therefore no override may.
std::optional<std::string> fault_of_override(const std::string& text) {
  const auto key = key_of(text);
  if (key == text || key.empty())
    return fmt::format("'{}' is no key=value, as train.steps=100", printable(text));
  if (key == "seed") return fmt::format("{}: the seeds are those of `seeds`", printable(text));
  return std::nullopt;
}

class Check {
 public:
  Check(const Definition& definition, std::string file)
      : definition_(definition), file_(std::move(file)) {}

  void run() {
    if (definition_.base_config.empty()) fault("base", "no value; name the config of the runs");
    if (definition_.runs.empty()) fault("runs", "no value; name the folder of the runs");
    overrides("overrides", definition_.overrides);
    for (const auto& [name, overrides_of_arm] : definition_.arms) {
      if (!is_arm_name(name))
        fault("arms", fmt::format("'{}' names folders; take letters, digits and . _ + - alone, {} "
                                  "at most, a letter or digit first",
                                  printable(name), kMostName));
      overrides("arms." + name, overrides_of_arm);
    }
    check_grid();
    check_numbers();
    if (!faults_.empty()) fail_together(faults_);
  }

 private:
  void fault(const std::string& path, const std::string& text) {
    faults_.push_back(fmt::format("{}: {}: {}", file_, path, text));
  }

  void overrides(const std::string& path, const std::vector<std::string>& list) {
    for (const auto& text : list) {
      if (const auto wrong = fault_of_override(text)) fault(path, *wrong);
    }
  }

  void check_grid() {
    for (const auto& [key, values] : definition_.grid) {
      if (const auto wrong = fault_of_override(key + "=")) fault("grid", *wrong);
      if (values.empty()) fault("grid." + key, "no values; list some");
      std::set<std::optional<std::string>> seen;
      for (const auto& value : values) {
        if (!seen.insert(value).second)
          fault("grid." + key, fmt::format("{} is listed twice", value.value_or("null")));
      }
      for (const auto& [arm, list] : definition_.arms) {
        for (const auto& text : list) {
          if (key_of(text) == key) fault("grid." + key, "the arm " + arm + " sets it, too");
        }
      }
    }
  }

  void check_numbers() {
    std::set<int64_t> seen;
    for (const auto seed : definition_.seeds) {
      if (!seen.insert(seed).second) fault("seeds", fmt::format("{} is listed twice", seed));
    }
    std::set<std::string> names;
    for (const auto& score : definition_.scores) {
      if (!names.insert(score).second) fault("scores", score + " is listed twice");
    }
    const auto& rungs = definition_.halving.rungs;
    if (std::adjacent_find(rungs.begin(), rungs.end(), std::greater_equal<>()) != rungs.end())
      fault("halving.rungs", "each has to be a later step than the one before");
  }

  const Definition& definition_;
  std::string file_;
  std::vector<std::string> faults_;
};

}  // namespace

Definition load_definition(const std::filesystem::path& file, std::span<const std::string> words) {
  std::set<std::string> keys;
  for (const auto& key : keys_of<Definition>()) keys.insert(key.path.substr(0, key.path.find('.')));
  std::vector<std::string> own, of_runs;
  for (const auto& word : words) {
    const auto key = key_of(word);
    (keys.contains(key.substr(0, key.find('.'))) ? own : of_runs).push_back(word);
  }
  auto definition = read_config<Definition>(load_config(file, own));
  auto& overrides = definition.overrides;
  overrides.insert(overrides.end(), of_runs.begin(), of_runs.end());
  if (definition.arms.empty()) definition.arms.emplace_back(kOnlyArm, std::vector<std::string>{});
  if (definition.seeds.empty()) definition.seeds = {0};
  if (definition.scores.empty()) definition.scores = {"exact_accuracy"};
  Check(definition, file.string()).run();
  return definition;
}

}  // namespace trm::sweep
