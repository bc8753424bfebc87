#include "core/config_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <optional>

#include "core/printable.h"

namespace trm {
namespace {

constexpr size_t kNear = 2;        // edits between a name and one that may be meant
constexpr size_t kCandidates = 4;  // shown at most

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

// The name with the fewest edits, where these are few.
std::string nearest_of(std::string_view name, const std::vector<std::string>& known) {
  std::string nearest;
  size_t least = kNear + 1;
  for (const auto& candidate : known) {
    const size_t distance = edit_distance(name, candidate);
    if (distance < least && distance < candidate.size()) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

// A name that has the other as a whole part of it: token_mlp for mlp, adam_atan2 for adam.
std::string containing(std::string_view name, const std::vector<std::string>& known) {
  constexpr size_t kLeast = 3;
  for (const auto& candidate : known) {
    const auto& shorter = candidate.size() < name.size() ? std::string_view(candidate) : name;
    const auto& longer = candidate.size() < name.size() ? name : std::string_view(candidate);
    if (shorter.size() >= kLeast && longer.find(shorter) != std::string_view::npos)
      return candidate;
  }
  return "";
}

std::string last_part(std::string_view path) {
  const auto dot = path.rfind('.');
  return std::string(dot == std::string_view::npos ? path : path.substr(dot + 1));
}

// "a.12.b" as "a.0.b", the place that stands for all of a list.
std::string any_item(const std::string& path) {
  std::string text;
  size_t begin = 0;
  while (begin <= path.size()) {
    const auto end = std::min(path.find('.', begin), path.size());
    const auto part = path.substr(begin, end - begin);
    const bool index = !part.empty() && std::all_of(part.begin(), part.end(), [](unsigned char c) {
      return std::isdigit(c) != 0;
    });
    text += (begin == 0 ? "" : ".") + (index ? "0" : part);
    begin = end + 1;
  }
  return text;
}

std::string meant(const std::vector<std::string>& candidates) {
  std::string text;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const bool last = i + 1 == candidates.size();
    text += (i == 0 ? "" : last ? " or " : ", ") + ("'" + candidates[i] + "'");
  }
  return "; did you mean " + text + "?";
}

// Paths whose last name is this one, or else near it.
std::vector<std::string> elsewhere(const std::string& name, const std::vector<ConfigKey>& keys) {
  constexpr size_t kLeast = 4;  // letters of a name that may be misspelt
  std::vector<std::string> same, near;
  for (const auto& [path, kind] : keys) {
    const auto last = last_part(path);
    auto& list = last == name ? same : near;
    if (last != name && (name.size() < kLeast || edit_distance(last, name) > 1)) continue;
    if (std::find(list.begin(), list.end(), path) == list.end()) list.push_back(path);
  }
  auto& found = same.empty() ? near : same;
  if (found.size() > kCandidates) found.resize(kCandidates);
  return found;
}

}  // namespace

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& known) {
  auto candidate = nearest_of(name, known);
  if (candidate.empty()) candidate = containing(name, known);
  return candidate.empty() ? ";" : meant({candidate});
}

void fail_together(const std::vector<std::string>& faults) {
  if (faults.size() == 1) throw Error(faults.front());
  auto text = fmt::format("{} mistakes in the config", faults.size());
  for (const auto& fault : faults) text += "\n  " + fault;
  throw Error(text);
}

std::string_view ConfigFindings::other_name(std::string_view theirs) const {
  for (const auto& name : other_names_) {
    if (name.theirs == theirs) return name.ours;
  }
  return {};
}

void ConfigFindings::check() const {
  if (!faults_.empty()) fail_together(faults_);
}

std::string ConfigFindings::advice(const std::string& parent, const std::string& key,
                                   const std::vector<std::string>& known,
                                   std::string_view kind) const {
  const auto keys = keys_ ? keys_() : std::vector<ConfigKey>();
  const auto path = any_item(path_to(parent, key));
  for (const auto& [other, of] : keys) {
    if (!kind.empty() && other == path && of != kind)
      return fmt::format(" of {}, one of {};", kind, of);
  }
  const auto ours = other_name(key);
  if (!ours.empty() && ours != path) return meant({std::string(ours)});
  const auto beside = nearest_of(key, known);
  auto candidates = elsewhere(key, keys);
  const bool same = !candidates.empty() && last_part(candidates.front()) == key;
  if (!beside.empty() && !same) return meant({beside});
  return candidates.empty() ? ";" : meant(candidates);
}

void ConfigFindings::unknown(const ConfigNode& node, const std::string& parent,
                             const std::string& key, const std::vector<std::string>& known,
                             std::string_view kind) {
  fault(node.origin + ": " + printable(path_to(parent, key), 300) + ": unknown key" +
        advice(parent, key, known, kind) + " known: " + joined(known));
}

}  // namespace trm
