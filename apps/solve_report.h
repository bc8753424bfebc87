#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "apps/solve_rows.h"
#include "data/task.h"

namespace trm::apps {

// How answers look: with colours on a terminal that has them.
class SolveReport {
 public:
  // coloured: of a task whose cells are told by their colour, as ARC's, pictures are painted.
  SolveReport(const data::Task& task, bool colours, bool coloured)
      : task_(task), colours_(colours), painted_(colours && coloured) {}

  std::string board(const std::vector<data::Token>& tokens) const;
  // One supervision step: what changed since `before`, set off.
  std::string step(const Solved& solved, const std::vector<data::Token>& before) const;
  // The answer and what it is worth; wrong cells set off and the right answer beside, where that is
  // known.
  std::string verdict(const Solved& solved) const;
  // The same in one line, and what many are worth together.
  std::string line(size_t number, const Solved& solved) const;
  std::string summary(const std::vector<Solved>& all) const;

  // For other programs: one object, one row of a table. Ratios and yes or no are numbers.
  nlohmann::ordered_json json(const Solved& solved) const;
  std::string csv_header() const;
  std::string csv_row(const Solved& solved) const;

 private:
  std::string marked(const std::vector<data::Token>& tokens, const std::vector<bool>& marks,
                     std::string_view before, std::string_view after) const;
  std::string wrong_marked(const Solved& solved) const;

  const data::Task& task_;
  bool colours_, painted_;
};

// The right answer as tokens, where nothing is asked the padding.
std::vector<data::Token> expected_tokens(const Solved& solved);

}  // namespace trm::apps
