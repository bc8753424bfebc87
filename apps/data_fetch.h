#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace trm::apps {

// The command `fetch` of trm-data.
void add_fetch(CLI::App& app, std::function<void()>& chosen);

}  // namespace trm::apps
