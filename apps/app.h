#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trm::apps {

// What every program shares: --help and --version, errors to exit codes (0 good, 2 the user can
// mend it, 70 our bug), one line of text for each. 1 is no error: the answer to what was asked is
// no, as of trm-solve --check.

// Runs the body of main() and turns what it throws into a message and an exit code.
int run_program(const std::function<int()>& body);

// Adds --version, and texts to --help that CLI11 does not know.
void prepare(CLI::App& app, const std::string& examples);

// The arguments with "name=value" as "--name=value" where the command has an option --name: of
// programs whose options are no keys of a config.
std::vector<std::string> with_words_as_options(const CLI::App& app, int argc, char** argv);

// Parses the command line; the exit code when the program is done (--help, --version, a mistake).
std::optional<int> parse(CLI::App& app, int argc, char** argv);
std::optional<int> parse(CLI::App& app, std::vector<std::string> arguments);

// "--quiet", which every program has: it takes effect while the command line is read.
void add_quiet(CLI::App& command);
// "--threads", for programs that have no config whose key it would be.
void add_threads(CLI::App& command);

// Text for people on the standard output; nothing where a result as JSON has that for itself.
void say(std::string_view text);
void reserve_stdout();

// A program's positional names, where --run may name the first of them instead: those that were
// given move up. Error where that leaves one too many, or the first is missing (`what` it is).
void place_run(const std::string& run, std::initializer_list<std::string*> names,
               const std::string& what);

// Of whole numbers from `least` on.
CLI::Validator at_least(int64_t least);

// One line: version, commit, LibTorch, CUDA or not.
std::string version_text();

}  // namespace trm::apps
