#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace trm::apps {

// The command `inspect` of trm-data.
void add_inspect(CLI::App& app, std::function<void()>& chosen);

}  // namespace trm::apps
