#pragma once

#include <string>

#include "data/packed.h"

namespace trm::apps {

// Made by this version with that command.
data::Provenance provenance_of(std::string task, std::string command);
// A set without puzzles yet.
data::PackedSet empty_set(std::string task, std::string command);
// Names a file that the set is read from.
void add_source(data::PackedSet& set, const std::string& file);

// Error where `out` cannot be made; found before minutes are spent on puzzles for it.
void check_is_new(const std::string& out);
// Writes the folder and says what is in it.
void write_set(const std::string& out, const data::PackedSet& set);

}  // namespace trm::apps
