#include "data/tasks/maze/symbols.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/printable.h"

namespace trm::data::maze {
namespace {

constexpr std::pair<std::string_view, char> kNames[] = {
    {"wall", '#'}, {"open", ' '}, {"start", 'S'}, {"goal", 'G'}, {"path", 'o'}};

// Whether it is one character of UTF-8, or any single byte.
bool is_character(std::string_view text) {
  if (text.empty()) return false;
  const auto follows = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  return text.size() <= 4 && std::all_of(text.begin() + 1, text.end(), follows);
}

}  // namespace

Symbols::Symbols(std::string_view text) {
  constexpr const char* kForm = "write wall=1,open=0,start=A,goal=B,path=x or some of these";
  while (!text.empty()) {
    // The character may be a comma itself.
    const size_t equals = std::min(text.find('='), text.size());
    const size_t end = std::min(text.find(',', equals + 2), text.size());
    const auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto name = part.substr(0, equals), from = part.substr(std::min(equals + 1, part.size()));
    const auto known = std::find_if(std::begin(kNames), std::end(kNames),
                                    [&](const auto& entry) { return entry.first == name; });
    if (known == std::end(kNames) || !is_character(from))
      throw Error(fmt::format("--symbols: cannot read '{}'; {}", printable(part), kForm));
    for (const auto& pair : pairs_) {
      if (pair.from == from) {
        throw Error(fmt::format("--symbols: '{}' cannot stand for two kinds of cells; {}",
                                printable(from), kForm));
      }
    }
    pairs_.push_back({std::string(from), known->second});
  }
}

std::string Symbols::translate(std::string_view text) const {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto pair = std::ranges::find_if(
        pairs_, [&](const Pair& entry) { return text.starts_with(entry.from); });
    out += pair == pairs_.end() ? text.front() : pair->to;
    text.remove_prefix(pair == pairs_.end() ? 1 : pair->from.size());
  }
  return out;
}

}  // namespace trm::data::maze
