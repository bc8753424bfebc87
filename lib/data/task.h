#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"

namespace trm::data {

using Tokens = std::span<const uint8_t>;

// What a kind of puzzle knows: its symmetries, its scores, its looks. Trainer and evaluator call this
// and have no case for any task.
class Task {
 public:
  virtual ~Task() = default;

  // Turns a training example into an equivalent one, in place; a function of the stream alone.
  virtual void augment(std::span<uint8_t> input, std::span<uint8_t> label, Stream& stream) const = 0;
  // Whether augment() ever changes anything.
  virtual bool augments() const = 0;

  // Scores of an answer beside exactness, each 0 to 1, in the order of score_names().
  virtual std::vector<std::string> score_names() const = 0;
  virtual std::vector<double> score(Tokens input, Tokens answer) const = 0;

  // A number that says how much of a puzzle is given, for histograms, and its name.
  virtual std::string size_name() const = 0;
  virtual int64_t size_of(Tokens input) const = 0;

  // A puzzle from what a person typed; Error saying what is wrong with it.
  virtual std::vector<uint8_t> parse(std::string_view text) const = 0;
  // One line of characters, and a picture of several lines. `marked` cells (empty, or one flag a
  // cell) stand between `before` and `after`.
  virtual std::string line(Tokens tokens) const = 0;
  virtual std::string draw(Tokens tokens, std::span<const bool> marked = {},
                           std::string_view before = {}, std::string_view after = {}) const = 0;
};

}  // namespace trm::data
