#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace trm::apps {

// What every program shares: --help and --version, errors to exit codes (0 good, 2 the user can
// mend it, 70 our bug), one line of text for each.

// Runs the body of main() and turns what it throws into a message and an exit code.
int run_program(const std::function<int()>& body);

// Adds --version, and texts to --help that CLI11 does not know.
void prepare(CLI::App& app, const std::string& examples);

// Parses the command line; the exit code when the program is done (--help, --version, a mistake).
std::optional<int> parse(CLI::App& app, int argc, char** argv);

// Of whole numbers from `least` on.
CLI::Validator at_least(int64_t least);

// One line: version, commit, LibTorch, CUDA or not.
std::string version_text();

}  // namespace trm::apps
