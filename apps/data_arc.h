#pragma once

#include "apps/app.h"

namespace trm::apps {

// trm-data build arc.
void add_arc_build(CLI::App& parent, std::function<void()>& chosen);

}  // namespace trm::apps
