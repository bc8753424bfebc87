#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/task.h"

namespace trm::report {

// What a model says to a puzzle after one supervision step.
struct Frame {
  std::vector<data::Token> answer;
  std::vector<uint8_t> confidence = {};  // of each cell: the probability of its token, 0 .. 255
  double halting = 0;  // probability that the answer is right, as the model has it
};

// One puzzle of the player, as the model saw it. All have as many cells.
struct Played {
  int64_t example = 0;  // of the data set
  std::string title = {};
  std::optional<int64_t> rating = {};
  std::vector<data::Token> input;
  std::vector<data::Token> label;  // kIgnoredLabel where nothing is asked or known
  std::vector<Frame> frames;       // after each supervision step; the last one is the answer
  data::Votes votes = {};          // of several trajectories or copies
};

// A page of one evaluation, which needs nothing else and is well-formed as XML too: scores, charts
// and tables of what trm-eval --json has, and a player of some of its puzzles. What the evaluation
// lacks, or has of another type than it should, is left out; all text in it may be anything.
// std::logic_error where puzzles do not have the same cells.
std::string evaluation_page(const std::string& title, const nlohmann::ordered_json& evaluation,
                            const data::Task& task, std::span<const Played> puzzles);

}  // namespace trm::report
