#pragma once

#include <string>

namespace trm {

bool is_terminal(int file);
// Colours only on terminals, and not with NO_COLOR or TERM=dumb.
bool has_colours(int file);
int terminal_width(int file);  // columns; 80 where unknown

std::string human_seconds(double seconds);  // "1 h 02 min", "3 min 20 s", "12.3 s"
std::string human_count(double count);      // "950", "12.3 k", "6.8 M", "1.2 G"
std::string human_bytes(double bytes);      // "512 B", "3.4 MiB"

}  // namespace trm
