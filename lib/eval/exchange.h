#pragma once

#include <string>
#include <vector>

#include "dist/world.h"
#include "eval/stepper.h"

namespace trm::eval {

// Outcomes as bytes for other ranks, which are trusted, and back.
std::string packed(const std::vector<Outcome>& outcomes);
std::vector<Outcome> unpacked(const std::string& bytes);

// The outcomes of all ranks in the order of the ranks; a call of all of them.
std::vector<Outcome> gathered(std::vector<Outcome> own, dist::World& world);

}  // namespace trm::eval
