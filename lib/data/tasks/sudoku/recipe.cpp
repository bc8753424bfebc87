#include "data/tasks/sudoku/recipe.h"

#include <limits>
#include <map>
#include <stdexcept>

#include "data/tasks/sudoku/symmetry.h"

namespace trm::data::sudoku {
namespace {

// A number of givens gets so many tries before the least number reached is taken, and a puzzle so
// many before it is given up. One try takes 0.5 ms with 3x3 blocks and 60 ms with 4x4.
struct Tries {
  int64_t per_number, most;
};

Tries tries_of(Box box) { return box.side() > 9 ? Tries{8, 128} : Tries{64, 2048}; }

int64_t max_guesses_of(const RecipeConfig& config) {
  return config.box.side() > 9 && !config.proved ? 1000 : std::numeric_limits<int64_t>::max();
}

Board image(const Symmetry& symmetry, Cells board) {
  Board out(board.size());
  symmetry.apply(board, out);
  return out;
}

}  // namespace

Recipe::Recipe(RecipeConfig config, std::vector<GridClass> classes)
    : config_(std::move(config)), solver_(config_.box) {
  int64_t grids = 0;
  for (const GridClass& each : classes) {
    forms_.push_back(each.form);
    grids += each.grids;
  }
  if (config_.box.side() == 4 && !classes.empty()) {
    list_choices(classes);
  } else if (!classes.empty() && config_.givens && config_.givens->first == config_.box.cells()) {
    available_ = grids;
  }
}

void Recipe::list_choices(const std::vector<GridClass>& classes) {
  std::map<int, std::vector<Choice>> lists;
  available_ = 0;
  for (size_t form = 0; form < forms_.size(); ++form) {
    for (const GivensChoice& choice : unique_choices(solver_, forms_[form])) {
      const bool fits = config_.givens ? choice.count >= config_.givens->first &&
                                             choice.count <= config_.givens->second
                                       : choice.minimal;
      if (!fits) continue;
      lists[config_.givens ? choice.count : 0].push_back({form, choice.cells});
      *available_ += classes[form].grids;
    }
  }
  for (auto& [count, list] : lists) choices_.push_back(std::move(list));
}

std::optional<Puzzle> Recipe::draw(int64_t index, int64_t& attempt) const {
  const auto stream_of = [&](int64_t step) {
    return Stream(config_.seed, config_.stream, static_cast<uint64_t>(step),
                  static_cast<uint64_t>(index));
  };
  const auto [per_number, most] = tries_of(config_.box);
  if (!choices_.empty()) {
    Stream stream = stream_of(attempt++);
    return draw_choice(stream);
  }
  while (attempt < most) {
    DigLimits limits{0, max_guesses_of(config_)};
    if (config_.givens) {
      Stream number(config_.seed, config_.stream + " givens",
                    static_cast<uint64_t>(attempt / per_number), static_cast<uint64_t>(index));
      const auto [low, high] = *config_.givens;
      limits.fewest_givens =
          low + static_cast<int>(number.below(static_cast<uint64_t>(high - low + 1)));
    }
    Board question, answer;
    int fewest = std::numeric_limits<int>::max();
    do {
      Stream stream = stream_of(attempt++);
      const Board grid = draw_grid(stream);
      Board dug = dig(solver_, grid, limits, stream);
      const int givens = count_givens(dug);
      if (givens >= fewest) continue;
      fewest = givens;
      question = std::move(dug);
      answer = grid;
    } while (config_.givens && fewest > limits.fewest_givens && attempt % per_number != 0);
    if (!config_.givens || fewest <= config_.givens->second) {
      return rated(std::move(question), std::move(answer));
    }
  }
  return std::nullopt;
}

Puzzle Recipe::draw_choice(Stream& stream) const {
  const auto& list = choices_[stream.below(choices_.size())];
  const Choice choice = list[stream.below(list.size())];
  const Board& answer = forms_[choice.form];
  Board question = answer;
  for (size_t cell = 0; cell < question.size(); ++cell) {
    if ((choice.cells >> cell & 1) == 0) question[cell] = 0;
  }
  const Symmetry symmetry(config_.box, {}, stream);
  return rated(image(symmetry, question), image(symmetry, answer));
}

Board Recipe::draw_grid(Stream& stream) const {
  if (forms_.empty()) return solver_.random_grid(stream);
  const Board& form = forms_[stream.below(forms_.size())];
  return image(Symmetry(config_.box, {}, stream), form);
}

Puzzle Recipe::rated(Board question, Board answer) const {
  const Solution solution = solver_.solve(question, 2);
  if (solution.count != 1 || solution.first != answer) {
    throw std::logic_error("sudoku recipe: not the only solution of " + to_line(question));
  }
  return {std::move(question), std::move(answer), solution.guesses, "generated"};
}

}  // namespace trm::data::sudoku
