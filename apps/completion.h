#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace trm::apps {

// What a shell needs to complete a program's commands, options and their choices, from its
// definitions. shell: bash, zsh or fish; Error for another. A program prints it for
// `--completion SHELL`, which --help does not list; cmake --install puts it where shells look.
std::string completion(const CLI::App& app, const std::string& shell);

}  // namespace trm::apps
