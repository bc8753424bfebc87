#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "data/picture.h"
#include "data/scorer.h"

namespace trm::data {

// What a kind of puzzle knows: its symmetries, its scores, its looks. Trainer and evaluator call
// this and have no case for any task.
class Task {
 public:
  virtual ~Task() = default;

  // Turns a training example into an equivalent one, in place; a function of the stream alone.
  virtual void augment(std::span<Token> input, std::span<Token> label, Stream& stream) const = 0;
  // Whether augment() ever changes anything.
  virtual bool augments() const = 0;
  // How many codes of copies there are (augmentations.h), 0 for the puzzle itself among them.
  virtual uint32_t copies() const { return 1; }
  // Turns a puzzle into its copy of that code, in place; for tasks that have such.
  virtual void transform(uint32_t code, std::span<Token> input, std::span<Token> label) const;

  // Scores of an answer beside exactness, each 0 to 1, in the order of score_names().
  virtual std::vector<std::string> score_names() const = 0;
  virtual std::vector<double> score(Tokens input, Tokens answer) const = 0;
  // Whether an answer has to keep a cell of the input that has this token.
  virtual bool keeps(Token /*input*/) const { return false; }
  // An answer as it counts, for people to look at: without what a model says to cells that nobody
  // asks for.
  virtual std::vector<Token> shown(Tokens input, Tokens answer) const;
  // What kind of wrong an answer is that is not the label, in few words, for who counts them. In
  // the label cells that are not asked are 0.
  virtual std::string mistake(Tokens input, Tokens label, Tokens answer) const;
  // The scores that are 1 where an answer obeys the rules of its puzzle; none where a task has no
  // rules that an answer alone can be held to.
  virtual std::vector<std::string> rules() const { return {}; }
  // What scores an evaluation: the means of score(), where a task needs no more than one answer at
  // a time.
  virtual std::unique_ptr<Scorer> scorer(const ScorerContext& context) const;

  // What tells equivalent examples, which are images of each other under the task's symmetries
  // (audit.h): they share form() and no others do; they share trait() as well, which is found
  // faster, and few others do.
  virtual std::vector<Token> form(Tokens input, Tokens label) const;
  virtual uint64_t trait(Tokens input, Tokens label) const;
  // What is wrong with an example, as "have several solutions"; nothing where it is right.
  virtual std::optional<std::string> fault(Tokens /*input*/, Tokens /*label*/) const { return {}; }

  // The side of the smallest square, from the top left, that holds what is in the tokens.
  virtual int64_t canvas_side(Tokens tokens) const;
  // The same, were it moved to the top left.
  virtual int64_t content_side(Tokens tokens) const { return canvas_side(tokens); }

  // A number that says how much of a puzzle is given, for histograms, and its name.
  virtual std::string size_name() const = 0;
  virtual int64_t size_of(Tokens input) const = 0;

  // A puzzle from what a person typed; Error saying what is wrong with it.
  virtual std::vector<Token> parse(std::string_view text) const = 0;
  // One line of characters, and a picture of several lines. `marked` cells (empty, or one flag a
  // cell) stand between `before` and `after`.
  virtual std::string line(Tokens tokens) const = 0;
  virtual std::string draw(Tokens tokens, std::span<const bool> marked = {},
                           std::string_view before = {}, std::string_view after = {}) const = 0;
  // The same with colours, for terminals and pages.
  virtual Picture picture(Tokens tokens) const;
};

}  // namespace trm::data
