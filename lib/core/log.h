#pragma once

#include <filesystem>
#include <string_view>

namespace trm {

// Lines for people, on stderr; programs read files.
void log_info(std::string_view text);
void log_warning(std::string_view text);  // "warning: ..."
void log_error(std::string_view text);    // "error: ...", the last line of a program that failed

// From here on every such line goes to the end of this file as well, whether quiet or not. A file
// that cannot be written is no reason to stop: nothing is kept then.
void keep_console_log(const std::filesystem::path& file);
// A line that is on the screen already, or is not meant for it: for that file alone.
void keep_line(std::string_view text);

// Keeps all but warnings back from here on, progress too, as TRM_LOG=quiet does.
void set_quiet();
bool is_quiet();

}  // namespace trm
