#pragma once

#include <string_view>

namespace trm {

// Lines for people, on stderr; programs read files. TRM_LOG=quiet keeps all but warnings back.
void log_info(std::string_view text);
void log_warning(std::string_view text);  // "warning: ..."

}  // namespace trm
