#include "data/tasks/tokens/task.h"

#include <algorithm>
#include <sstream>

#include "core/error.h"
#include "data/square.h"

namespace trm::data {

int64_t TokenGrid::size_of(Tokens input) const {
  return std::count_if(input.begin(), input.end(), [](Token token) { return token != 0; });
}

std::vector<Token> TokenGrid::parse(std::string_view text) const {
  std::istringstream words{std::string(text)};
  std::vector<Token> tokens;
  for (std::string word; words >> word;) {
    const bool number = word.size() <= 9 && std::all_of(word.begin(), word.end(), [](char c) {
                          return c >= '0' && c <= '9';
                        });
    if (!number || std::stoi(word) >= vocabulary_) {
      throw Error("puzzle: token " + std::to_string(tokens.size() + 1) + " is none of 0 to " +
                  std::to_string(vocabulary_ - 1) + "; write numbers with spaces between them");
    }
    tokens.push_back(std::stoi(word));
  }
  if (static_cast<int64_t>(tokens.size()) != cells_) {
    throw Error("puzzle: " + std::to_string(tokens.size()) + " tokens where the model takes " +
                std::to_string(cells_));
  }
  return tokens;
}

std::string TokenGrid::line(Tokens tokens) const {
  std::string text;
  for (const auto token : tokens) text += (text.empty() ? "" : " ") + std::to_string(token);
  return text;
}

// In rows of the grid where the cells make a square, else of twenty.
std::string TokenGrid::draw(Tokens tokens, std::span<const bool> marked, std::string_view before,
                            std::string_view after) const {
  const auto root = static_cast<size_t>(square_side(tokens.size()));
  const size_t columns = root * root == tokens.size() ? root : 20;
  const size_t width = std::max<size_t>(4, std::to_string(vocabulary_ - 1).size() + 1);
  std::string text;
  for (size_t i = 0; i < tokens.size(); ++i) {
    auto number = std::to_string(tokens[i]);
    number.insert(0, width - number.size(), ' ');
    text +=
        !marked.empty() && marked[i] ? std::string(before) + number + std::string(after) : number;
    if ((i + 1) % columns == 0 || i + 1 == tokens.size()) text += '\n';
  }
  return text;
}

}  // namespace trm::data
