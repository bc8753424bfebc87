#include "core/config_dump.h"

#include <algorithm>
#include <cctype>

namespace trm {

std::string quoted_if_needed(const std::string& text) {
  std::string word;  // YAML knows null and the booleans in three spellings each
  for (const unsigned char c : text) word += static_cast<char>(std::tolower(c));
  const bool plain = !text.empty() && word != "null" && word != "true" && word != "false" &&
                     text.front() != '-' && text.front() != ' ' && text.back() != ' ' &&
                     std::all_of(text.begin(), text.end(), [](unsigned char c) {
                       return std::isalnum(c) || c == '/' || c == '.' || c == '_' || c == '-' ||
                              c == ' ' || c >= 0x80;
                     });
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\n') {
      quoted += "\\n";
    } else if (std::iscntrl(static_cast<unsigned char>(c)) != 0) {
      // YAML folds other line breaks, and allows few control characters as they are.
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::vector<std::string> differences(const std::vector<ConfigWriter::Line>& there,
                                     const std::vector<ConfigWriter::Line>& here) {
  std::map<std::string, std::string> a, b;
  for (const auto& line : there) {
    if (!line.free) a[line.path] = line.value;
  }
  for (const auto& line : here) {
    if (!line.free) b[line.path] = line.value;
  }
  std::vector<std::string> found;
  for (const auto& [path, value] : a) {
    const auto other = b.find(path);
    if (other == b.end()) {
      found.push_back(path + ": " + value + " there, absent here");
    } else if (other->second != value) {
      found.push_back(path + ": " + value + " there, " + other->second + " here");
    }
  }
  for (const auto& [path, value] : b) {
    if (!a.contains(path)) found.push_back(path + ": absent there, " + value + " here");
  }
  return found;
}

}  // namespace trm
