#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trm::data::maze {

// The characters that a file has for the cells of a maze, where they are others than "# SGo".
class Symbols {
 public:
  Symbols() = default;
  // "wall=1,open=0,start=A,goal=B,path=x": characters, of one or more bytes each, by what they
  // stand for. What is not named keeps its own; the same name may come several times. Error on
  // other names, and on a character that would stand for two of them.
  explicit Symbols(std::string_view text);

  // The text in "# SGo"; characters that are not named stay.
  std::string translate(std::string_view text) const;
  bool empty() const { return pairs_.empty(); }

 private:
  struct Pair {
    std::string from;
    char to;
  };
  std::vector<Pair> pairs_;
};

}  // namespace trm::data::maze
