#include "apps/completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/error.h"

namespace trm::apps {
namespace {

struct Option {
  std::vector<std::string> names;  // "--limit", "-h"
  std::string help;                // its first sentence, without quotes
  bool takes_value;
  std::vector<std::string> choices;
};

struct Command {
  std::string path;  // "build arc"; empty for the program itself
  std::vector<Option> options;
  std::vector<std::pair<std::string, std::string>> below;  // name and help of its commands
};

// Text that may stand between single quotes and before a colon of zsh's.
std::string harmless(const std::string& text) {
  std::string safe;
  for (const char c : text.substr(0, text.find_first_of(".;\n"))) {
    if (std::string_view("'\"\\`$:[]").find(c) == std::string_view::npos) safe += c;
  }
  return safe;
}

// A member check describes itself as "{test,train}".
std::vector<std::string> choices_of(const std::string& type) {
  std::vector<std::string> choices;
  const auto begin = type.find('{'), end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos) return choices;
  for (auto at = begin + 1; at < end;) {
    const auto comma = std::min(type.find(',', at), end);
    choices.push_back(type.substr(at, comma - at));
    at = comma + 1;
  }
  return choices;
}

void collect(const CLI::App& app, const std::string& path, std::vector<Command>& commands) {
  Command command{path, {}, {}};
  for (const auto* option : app.get_options()) {
    if (!option->nonpositional()) continue;
    Option added{{},
                 harmless(option->get_description()),
                 option->get_items_expected_max() > 0,
                 choices_of(option->get_type_name())};
    for (const auto& name : option->get_lnames()) added.names.push_back("--" + name);
    for (const auto& name : option->get_snames()) added.names.push_back("-" + name);
    command.options.push_back(std::move(added));
  }
  const auto below = app.get_subcommands([](const CLI::App*) { return true; });
  for (const auto* child : below)
    command.below.emplace_back(child->get_name(), harmless(child->get_description()));
  commands.push_back(std::move(command));
  for (const auto* child : below)
    collect(*child, path + (path.empty() ? "" : " ") + child->get_name(), commands);
}

std::string names_of(const std::vector<Option>& options) {
  std::string text;
  for (const auto& option : options) {
    for (const auto& name : option.names) text += (text.empty() ? "" : " ") + name;
  }
  return text;
}

std::string names_of(const Command& command) {
  std::string text;
  for (const auto& [name, help] : command.below) text += (text.empty() ? "" : " ") + name;
  return text;
}

// Shell lines that follow the words of a command line down to the command that they name.
std::string path_cases(const std::vector<Command>& commands, const char* form) {
  std::string text;
  for (const auto& command : commands) {
    for (const auto& [name, help] : command.below) {
      const auto path = command.path + (command.path.empty() ? "" : " ") + name;
      text += fmt::format(fmt::runtime(form), command.path, name, path);
    }
  }
  return text;
}

// f(command's path, option's name, option) for every option that has choices.
template <class Function>
void each_choice(const std::vector<Command>& commands, const Function& f) {
  for (const auto& command : commands) {
    for (const auto& option : command.options) {
      for (const auto& name : option.names) {
        if (!option.choices.empty())
          f(command.path, name, fmt::format("{}", fmt::join(option.choices, " ")));
      }
    }
  }
}

std::string for_bash(const std::string& program, const std::string& function,
                     const std::vector<Command>& commands) {
  auto text = fmt::format(R"(# bash completion of {0}
{1}() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command= word
  local options= below=
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "$command/$word" in
)",
                          program, function);
  text += path_cases(commands, "      '{0}/{1}') command='{2}' ;;\n");
  text += "    esac\n  done\n  case \"$command/$before\" in\n";
  each_choice(commands, [&](const auto& path, const auto& name, const auto& choices) {
    text += fmt::format("    '{}/{}') COMPREPLY=($(compgen -W '{}' -- \"$current\")); return ;;\n",
                        path, name, choices);
  });
  text += "  esac\n  case \"$command\" in\n";
  for (const auto& command : commands) {
    text += fmt::format("    '{}') options='{}' below='{}' ;;\n", command.path,
                        names_of(command.options), names_of(command));
  }
  return text + fmt::format(R"(  esac
  [[ $current == -* ]] && below=$options
  COMPREPLY=($(compgen -W "$below" -- "$current"))
}}
complete -o default -F {1} {0}
)",
                            program, function);
}

std::string for_zsh(const std::string& program, const std::string& function,
                    const std::vector<Command>& commands) {
  auto text = fmt::format(R"(#compdef {0}
# zsh completion of {0}
{1}() {{
  local command= word
  local -a options below
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    case "$command/$word" in
)",
                          program, function);
  text += path_cases(commands, "      '{0}/{1}') command='{2}' ;;\n");
  text += "    esac\n  done\n  case \"$command/${words[CURRENT-1]}\" in\n";
  each_choice(commands, [&](const auto& path, const auto& name, const auto& choices) {
    text += fmt::format("    '{}/{}') compadd -- {}; return ;;\n", path, name, choices);
  });
  text += "  esac\n  case \"$command\" in\n";
  for (const auto& command : commands) {
    text += fmt::format("    '{}')\n      options=(", command.path);
    for (const auto& option : command.options) {
      for (const auto& name : option.names)
        text += fmt::format("\n        '{}:{}'", name, option.help);
    }
    text += ")\n      below=(";
    for (const auto& [name, help] : command.below)
      text += fmt::format("\n        '{}:{}'", name, help);
    text += ") ;;\n";
  }
  return text + fmt::format(R"(  esac
  if [[ $words[CURRENT] == -* ]]; then
    _describe -o option options
  elif (( $#below )); then
    _describe command below
  else
    _files
  fi
}}
{} "$@"
)",
                            function);
}

std::string for_fish(const std::string& program, const std::string& function,
                     const std::vector<Command>& commands) {
  auto text = fmt::format(R"(# fish completion of {0}
function {1}_at
    set -l command ''
    for word in (commandline -opc)[2..-1]
        switch "$command/$word"
)",
                          program, function);
  text += path_cases(commands, "            case '{0}/{1}'\n                set command '{2}'\n");
  text += "        end\n    end\n    test \"$command\" = \"$argv\"\nend\n";
  for (const auto& command : commands) {
    const auto start =
        fmt::format("complete -c {} -n \"{}_at '{}'\"", program, function, command.path);
    for (const auto& option : command.options) {
      text += start;
      for (const auto& name : option.names) {
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (!option.choices.empty()) {
        text += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
      } else if (option.takes_value) {
        text += " -r";
      }
      text += fmt::format(" -d '{}'\n", option.help);
    }
    for (const auto& [name, help] : command.below)
      text += fmt::format("{} -f -a {} -d '{}'\n", start, name, help);
  }
  return text;
}

}  // namespace

std::string completion(const CLI::App& app, const std::string& shell) {
  std::vector<Command> commands;
  collect(app, "", commands);
  auto function = "_" + app.get_name();
  std::replace(function.begin(), function.end(), '-', '_');
  if (shell == "bash") return for_bash(app.get_name(), function, commands);
  if (shell == "zsh") return for_zsh(app.get_name(), function, commands);
  if (shell == "fish") return for_fish(app.get_name(), "_" + function, commands);
  throw Error("--completion: no '" + shell + "'; known: bash, zsh, fish");
}

}  // namespace trm::apps
