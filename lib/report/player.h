#pragma once

#include <string>
#include <vector>

#include "report/outcome.h"

namespace trm::report {

// How many shades a probability has in the player; one character each.
inline constexpr int kShades = 36;

// What the player's script (player.js) reads: looks of the tokens and the puzzles, as JSON that may
// stand in an element of HTML and of XML as it is.
std::string player_data(const data::Task& task, std::span<const Played> puzzles,
                        const std::vector<Outcome>& outcomes);

// The part of the page: its data, and the last boards of a few puzzles, which the script replaces.
std::string player_section(const data::Task& task, std::span<const Played> puzzles,
                           const std::vector<Outcome>& outcomes);

// player.css and player.js.
std::string player_style();
std::string player_script();

}  // namespace trm::report
