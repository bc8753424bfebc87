#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace trm::apps {

// The commands `build maze` and `generate maze` of trm-data. `chosen` receives the work of the
// command that the user names.
void add_maze_build(CLI::App& build, std::function<void()>& chosen);
void add_maze_generate(CLI::App& generate, std::function<void()>& chosen);

}  // namespace trm::apps
