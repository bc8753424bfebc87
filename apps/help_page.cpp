#include "apps/help_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "core/terminal.h"

namespace trm::apps {
namespace {

constexpr int kColumn = 28;  // where the meaning of an option begins

// Name and meaning of one row.
struct Row {
  std::string name, meaning;
};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// What CLI11 says of an option's value: "INT:INT in [3 - 9]", "TEXT:{a,b}", "FILE".
struct Value {
  std::string word;    // NUMBER, a|b, FILE
  std::string bounds;  // "3 to 9", "from 1"
};

Value value_of(const CLI::Option& option) {
  const auto text = option.get_type_name();
  const auto colon = text.find(':');
  Value value{text.substr(0, colon), ""};
  if (value.word == "INT" || value.word == "UINT" || value.word == "FLOAT") value.word = "NUMBER";
  if (colon == std::string::npos) return value;
  auto rest = text.substr(colon + 1);
  if (rest.starts_with("{")) {
    value.word = rest.substr(1, rest.find('}') - 1);
    std::replace(value.word.begin(), value.word.end(), ',', '|');
  } else if (const auto begin = rest.find("in ["); begin != std::string::npos) {
    auto range = rest.substr(begin + 4, rest.find(']') - begin - 4);
    value.bounds = range.replace(range.find(" - "), 3, " to ");
  } else {
    value.bounds = rest;
  }
  return value;
}

// "--steps NUMBER", "-h, --help", "CONFIG".
std::string name_of(const CLI::Option& option) {
  if (option.get_positional()) {
    const bool many = option.get_items_expected_max() > 1;
    return many ? value_of(option).word + " ..." : upper(option.get_name(/*positional=*/true));
  }
  auto name = option.get_name(/*positional=*/false, /*all_options=*/true);
  for (size_t at = 0; (at = name.find(',', at)) != std::string::npos; at += 2)
    name.insert(at + 1, " ");
  const auto value = option.get_items_expected_max() > 0 ? value_of(option).word : "";
  return value.empty() ? name : name + " " + value;
}

std::string meaning_of(const CLI::Option& option) {
  auto text = option.get_description();
  const auto bounds = option.get_items_expected_max() > 0 ? value_of(option).bounds : "";
  if (!bounds.empty()) text += "; " + bounds;
  if (!option.get_default_str().empty())
    text += fmt::format(" (default {})", option.get_default_str());
  for (const auto* other : option.get_excludes())
    text += fmt::format(" (not with {})", other->get_name());
  return option.get_required() ? text + " (required)" : text;
}

std::vector<Row> rows_of(const CLI::App& app, bool positional) {
  std::vector<Row> rows;
  for (const auto* option : app.get_options({})) {
    if (!option->get_group().empty() && option->get_positional() == positional)
      rows.push_back({name_of(*option), meaning_of(*option)});
  }
  return rows;
}

std::string table(const char* title, const std::vector<Row>& rows, int width) {
  if (rows.empty()) return "";
  std::string text = fmt::format("\n{}:\n", title);
  for (const auto& [name, meaning] : rows) {
    auto lines = wrapped(meaning, width, kColumn);
    const auto left = "  " + name;
    // The name stands in the indentation of the first line, where it is short enough.
    if (left.size() + 2 <= kColumn && !lines.empty()) {
      lines.replace(0, left.size(), left);
    } else {
      text += left + "\n";
    }
    text += lines;
  }
  return text;
}

std::string usage(const CLI::App& app, int width) {
  std::string text;
  for (const auto* part = &app; part != nullptr; part = part->get_parent())
    text = part->get_name() + (text.empty() ? "" : " ") + text;
  text = "Usage: " + text;
  if (!app.get_subcommands({}).empty()) text += " COMMAND";
  for (const auto* option : app.get_options({})) {
    if (!option->get_positional()) continue;
    const bool many = option->get_items_expected_max() > 1;
    const auto name = many ? value_of(*option).word + " ..." : upper(option->get_name(true));
    text += option->get_required() ? " " + name : " [" + name + "]";
  }
  return wrapped(text + " [OPTION ...]", width, 7).substr(7);
}

// A line of an example, which goes on after a backslash where it is too long.
std::string example(const std::string& line, int width) {
  if (static_cast<int>(line.size()) <= width) return line + "\n";
  std::istringstream words(line);
  std::string text, current = " ";
  for (std::string word; words >> word;) {
    if (static_cast<int>(current.size() + word.size()) + 3 > width && current.size() > 6) {
      text += current + " \\\n";
      current = "     ";
    }
    current += " " + word;
  }
  return text + current + "\n";
}

// Lines that begin with a space are examples; the others are paragraphs.
std::string footer(const std::string& text, int width) {
  std::istringstream lines(text);
  std::string result, paragraph;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) result += wrapped(paragraph, width, 0);
    paragraph.clear();
  };
  for (std::string line; std::getline(lines, line);) {
    const bool sets_off = line.empty() || line.front() == ' ' || line.ends_with(":");
    if (sets_off) end_paragraph();
    if (line.starts_with(" ")) {
      result += example(line, width);
    } else if (sets_off) {
      result += line + "\n";
    } else {
      paragraph += (paragraph.empty() ? "" : " ") + line;
    }
  }
  end_paragraph();
  return result;
}

}  // namespace

std::string help_page(const CLI::App& app, int width) {
  std::vector<Row> commands;
  for (const auto* command : app.get_subcommands({}))
    commands.push_back({command->get_name(), command->get_description()});
  return wrapped(app.get_description(), width, 0) + "\n" + usage(app, width) +
         table("Commands", commands, width) + table("Arguments", rows_of(app, true), width) +
         table("Options", rows_of(app, false), width) + footer(app.get_footer(), width);
}

}  // namespace trm::apps
