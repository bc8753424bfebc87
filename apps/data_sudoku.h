#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace trm::apps {

// The commands `build sudoku` and `generate sudoku` of trm-data. `chosen` receives the work of the
// command that the user names.
void add_sudoku_build(CLI::App& build, std::function<void()>& chosen);
void add_sudoku_generate(CLI::App& generate, std::function<void()>& chosen);

}  // namespace trm::apps
