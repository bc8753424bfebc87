#pragma once

#include <string>

namespace trm::fetch {

// An address without user and password, as messages and files may show it.
std::string without_login(const std::string& url);

// Where a redirect leads. Error for what is neither http nor https, and for http after https.
std::string redirect_target(const std::string& from, const std::string& location);

}  // namespace trm::fetch
