#include "reference/weights_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/log.h"
#include "core/printable.h"

namespace trm::reference {
namespace {

constexpr std::string_view kAnchor = "embed_tokens.embedding_weight";
constexpr std::string_view kWrappers[] = {"_orig_mod.", "module."};
const std::vector<std::string> kUsualPrefixes = {"model.", "inner."};
constexpr std::string_view kAveraged[] = {"ema", "average", "averaged", "avg", "shadow", "swa"};
// Of the references' modules and their later copies, which save some of them.
constexpr std::string_view kBuffers[] = {"rotary_emb.cos_cached", "rotary_emb.sin_cached",
                                         "rotary_emb.inv_freq", "puzzle_emb.local_weights",
                                         "puzzle_emb.local_ids"};

// Without the words of wrappers, wherever they stand.
std::string plain_name(std::string name) {
  for (const auto wrapper : kWrappers) {
    for (size_t at = 0; (at = name.find(wrapper, at)) != std::string::npos;) {
      if (at == 0 || name[at - 1] == '.') {
        name.erase(at, wrapper.size());
      } else {
        ++at;
      }
    }
  }
  return name;
}

std::optional<std::string> prefix_at_anchor(const std::string& name) {
  auto plain = plain_name(name);
  if (!plain.ends_with(kAnchor)) return std::nullopt;
  plain.resize(plain.size() - kAnchor.size());
  return plain.empty() || plain.ends_with('.') ? std::optional(plain) : std::nullopt;
}

// A model in a file: the dict, and what stands in front of its plain names there.
struct Place {
  size_t dict;
  std::string prefix;
  std::string title;  // for people

  bool averaged() const {
    std::string word;
    for (const char c : title + ".") {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (letter) {
        word += static_cast<char>(c | 0x20);
      } else if (std::ranges::find(kAveraged, word) != std::end(kAveraged)) {
        return true;
      } else {
        word.clear();
      }
    }
    return false;
  }
};

std::vector<Place> places_in(const TensorFile& file) {
  std::vector<Place> places;
  for (size_t i = 0; i < file.dicts().size(); ++i) {
    const auto& [path, names] = file.dicts()[i];
    std::set<std::string> prefixes;
    for (const auto& name : names) {
      const auto prefix = prefix_at_anchor(name);
      if (!prefix || !prefixes.insert(*prefix).second) continue;
      places.push_back({i, *prefix, path.empty() ? *prefix : path + "." + *prefix});
    }
  }
  return places;
}

// The one of these, or nothing.
const Place* only_one(const std::vector<const Place*>& places, const std::string& where) {
  if (places.size() > 1) {
    std::vector<std::string> titles;
    for (const auto* place : places) titles.push_back("'" + place->title + "'");
    throw Error(fmt::format("{}: {} models in it, {}; save the state_dict() of one of them", where,
                            places.size(), listed(titles)));
  }
  return places.empty() ? nullptr : places.front();
}

Archive tensors_at(const TensorFile& file, const Place& place) {
  auto archive = file.load(place.dict);
  std::erase_if(archive.tensors, [&](const NamedTensor& tensor) {
    return !plain_name(tensor.name).starts_with(place.prefix);
  });
  return archive;
}

void put_averages(Archive& weights, const Archive& averages, const Place& of_weights,
                  const Place& of_averages) {
  std::map<std::string, torch::Tensor> by_name;
  for (const auto& [name, value] : averages.tensors) {
    by_name[plain_name(name).substr(of_averages.prefix.size())] = value;
  }
  for (auto& tensor : weights.tensors) {
    const auto average = by_name.find(plain_name(tensor.name).substr(of_weights.prefix.size()));
    if (average != by_name.end() && average->second.sizes() == tensor.value.sizes()) {
      tensor.value = average->second;
    }
  }
}

std::string without(std::string name, const std::vector<std::string>& prefixes) {
  for (const auto& prefix : prefixes) {
    if (name.starts_with(prefix)) name.erase(0, prefix.size());
  }
  return name;
}

bool is_buffer(const std::string& name) {
  return std::ranges::any_of(kBuffers, [&](auto buffer) { return name.ends_with(buffer); });
}

}  // namespace

ChosenWeights choose_weights(const TensorFile& file, const std::string& which) {
  const auto places = places_in(file);
  if (places.empty()) {
    const auto largest = std::ranges::max_element(
        file.dicts(), {}, [](const TensorFile::Dict& dict) { return dict.names.size(); });
    return {file.load(static_cast<size_t>(largest - file.dicts().begin()))};
  }
  std::vector<const Place*> trained, averaged;
  for (const auto& place : places) (place.averaged() ? averaged : trained).push_back(&place);
  const auto* weights = only_one(trained, file.where());
  if (!weights) return {tensors_at(file, *only_one(averaged, file.where()))};
  ChosenWeights chosen{tensors_at(file, *weights)};
  if (averaged.empty()) return chosen;
  chosen.which = which;
  if (which == "raw") return chosen;
  const auto* averages = only_one(averaged, file.where());
  put_averages(chosen.tensors, tensors_at(file, *averages), *weights, *averages);
  log_info(fmt::format("{}: the weights of '{}', averaged as '{}' has them", file.where(),
                       printable(weights->title), printable(averages->title)));
  return chosen;
}

Archive by_our_names(const Archive& tensors) {
  Archive archive;
  archive.where = tensors.where;
  std::optional<std::string> front;
  for (const auto& tensor : tensors.tensors) {
    if (!front) front = prefix_at_anchor(tensor.name);
  }
  std::set<std::string> names;
  for (const auto& [name, value] : tensors.tensors) {
    auto ours = without(plain_name(name), front ? std::vector{*front} : kUsualPrefixes);
    if (is_buffer(ours)) continue;
    if (!names.insert(ours).second) {
      throw Error(fmt::format("{}: two tensors stand for {}; save one model's state dict",
                              archive.where, printable(ours)));
    }
    archive.add(std::move(ours), value);
  }
  return archive;
}

}  // namespace trm::reference
