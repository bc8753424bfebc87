#pragma once

#include <string>
#include <string_view>

#include "core/config_tree.h"

namespace trm {

inline constexpr size_t kMostConfigBytes = 1 << 20;

// One YAML document as a tree; depth and number of nodes are bounded. `name` stands for the text in
// messages, with the line where that says anything. Error on all else, and where something follows.
ConfigNode import_text(std::string_view text, const std::string& name, bool with_lines);

// The same of a config file, which is a map and no larger than kMostConfigBytes.
ConfigNode import_document(std::string_view text, const std::string& name);

}  // namespace trm
