#pragma once

#include "format/pickle_value.h"

namespace trm::format {

// What a global of a pickle stands for: one that a state dict needs, or something other. Error on
// one that reaches the machine on which a pickle is loaded.
PickleValue global_named(const std::string& module, const std::string& name,
                         const PickleInput& input);

// The result of calling it; nothing is executed.
PickleValue call_global(const PickleValue& global, const PickleValue& arguments,
                        const PickleInput& input);

}  // namespace trm::format
