#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace trm::apps {

// --help of a program or one of its commands, in lines of `width` columns: nothing is broken within
// a word, examples go on after a backslash.
std::string help_page(const CLI::App& app, int width);

}  // namespace trm::apps
