#pragma once

#include <string_view>

namespace trm {

// Lines for people, on stderr; programs read files.
void log_info(std::string_view text);
void log_warning(std::string_view text);  // "warning: ..."

// Keeps all but warnings back from here on, progress too, as TRM_LOG=quiet does.
void set_quiet();
bool is_quiet();

}  // namespace trm
