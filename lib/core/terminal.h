#pragma once

#include <string>
#include <string_view>

namespace trm {

bool is_terminal(int file);
// Colours only on terminals, and not with NO_COLOR or TERM=dumb.
bool has_colours(int file);
int terminal_width(int file);  // columns; 80 where unknown
// Columns for text to read: COLUMNS where it is set, else the terminal's.
int page_width(int file);
// The words of a text in lines of at most `width` columns that begin with `indent` spaces; a longer
// word has a line of its own.
std::string wrapped(std::string_view text, int width, int indent);

// "[####......]" of `columns` columns, brackets among them, filled by a share of 0 .. 1.
std::string bar_text(double share, int columns);

std::string human_seconds(
    double seconds);                    // "1 h 02 min", "3 min 20 s", "12.3 s"; days from two on
std::string human_count(double count);  // "950", "12.3 k", "6.8 M", "1.2 G"
std::string human_bytes(double bytes);  // "512 B", "3.4 MiB"

}  // namespace trm
