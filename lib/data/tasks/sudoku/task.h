#pragma once

#include "core/config.h"
#include "data/packed.h"
#include "data/task.h"
#include "data/tasks/sudoku/solver.h"
#include "data/tasks/sudoku/symmetry.h"

namespace trm::data {

// Sudoku of boxes 2x2, 2x3, 3x3 and 4x4; the number of cells tells which.
class Sudoku : public Task {
 public:
  struct Config {
    static constexpr std::string_view kind = "sudoku";
    sudoku::SymmetryConfig augment;

    template <class V>
    void fields(V& v) {
      v("augment", augment, "symmetries drawn anew for each training row");
    }
  };

  // Error when the data is not a Sudoku's.
  Sudoku(const Config& config, const PackedInfo& info);
  // Whether it is, by its sizes.
  static bool fits(const PackedInfo& info);

  void augment(std::span<Token> input, std::span<Token> label, Stream& stream) const override;
  bool augments() const override;
  std::vector<std::string> score_names() const override { return {"keeps_givens", "obeys_rules"}; }
  std::vector<double> score(Tokens input, Tokens answer) const override;
  bool keeps(Token input) const override { return input > 1; }
  // "givens broken", "rule broken" (a digit twice), "empty cells" or "another answer".
  std::string mistake(Tokens input, Tokens label, Tokens answer) const override;
  std::vector<std::string> rules() const override { return score_names(); }
  std::vector<Token> form(Tokens input, Tokens label) const override;
  uint64_t trait(Tokens input, Tokens label) const override;
  std::optional<std::string> fault(Tokens input, Tokens label) const override;
  std::string size_name() const override { return "givens"; }
  int64_t size_of(Tokens input) const override;
  std::vector<Token> parse(std::string_view text) const override;
  std::string line(Tokens tokens) const override;
  std::string draw(Tokens tokens, std::span<const bool> marked, std::string_view before,
                   std::string_view after) const override;
  Picture picture(Tokens tokens) const override;

 private:
  Config config_;
  sudoku::Box box_;
  sudoku::Solver solver_;
};

}  // namespace trm::data
