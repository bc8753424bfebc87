#pragma once

#include "core/config.h"
#include "data/packed.h"
#include "data/task.h"
#include "data/tasks/maze/grid.h"
#include "data/tasks/maze/symmetry.h"

namespace trm::data {

// Shortest paths through square mazes. The scores of an answer, each 0 for one that marks no path:
// - valid_path: 1 when it marks one path from S to G (maze::marked_steps says what that is);
// - shortest_path: 1 when that is as short as any, whichever of the shortest it is;
// - length_ratio: the steps of a shortest path divided by its own.
class Maze : public Task {
 public:
  struct Config {
    static constexpr std::string_view kind = "maze";
    maze::SymmetryConfig augment;

    template <class V>
    void fields(V& v) {
      v("augment", augment, "symmetries drawn anew for each training row");
    }
  };

  // Error when the data is not that of mazes.
  Maze(const Config& config, const PackedInfo& info);
  // Whether it is, by its sizes. Those of a 4x4 maze are also those of a 4x4 Sudoku.
  static bool fits(const PackedInfo& info);

  void augment(std::span<Token> input, std::span<Token> label, Stream& stream) const override;
  bool augments() const override;
  std::vector<std::string> score_names() const override {
    return {"valid_path", "shortest_path", "length_ratio"};
  }
  std::vector<double> score(Tokens input, Tokens answer) const override;
  bool keeps(Token input) const override { return input != maze::kOpen; }
  // "maze changed", "path broken", "path longer" than need be, or "another answer".
  std::string mistake(Tokens input, Tokens label, Tokens answer) const override;
  std::vector<std::string> rules() const override { return {"valid_path"}; }
  // Of the maze alone, without its path.
  std::vector<Token> form(Tokens input, Tokens label) const override;
  std::optional<std::string> fault(Tokens input, Tokens label) const override;
  std::string size_name() const override { return "shortest path"; }
  int64_t size_of(Tokens input) const override;
  std::vector<Token> parse(std::string_view text) const override;
  std::string line(Tokens tokens) const override;
  std::string draw(Tokens tokens, std::span<const bool> marked, std::string_view before,
                   std::string_view after) const override;
  Picture picture(Tokens tokens) const override;

 private:
  Config config_;
  size_t side_;
};

}  // namespace trm::data
