#include "report/player.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "data/picture.h"
#include "figure/page.h"
#include "format/html.h"
#include "report/codes.h"
#include "report/looks.h"

namespace trm::report {
namespace {

using format::escaped_for_html;
using nlohmann::ordered_json;

std::set<data::Token> tokens_of(std::span<const Played> puzzles) {
  std::set<data::Token> tokens;
  const auto add = [&](const std::vector<data::Token>& row) {
    if (row.size() != puzzles[0].input.size())
      throw std::logic_error("puzzles of a page that do not have the same cells");
    for (const auto token : row) {
      if (token >= 0) tokens.insert(token);
    }
  };
  for (const auto& puzzle : puzzles) {
    add(puzzle.input);
    add(puzzle.label);
    for (const auto& frame : puzzle.frames) add(frame.answer);
    for (const auto& vote : puzzle.votes.first) add(vote.answer);
  }
  return tokens;
}

ordered_json json_of(const Look& look) {
  auto json = ordered_json::object();
  if (!look.there) json["none"] = true;
  if (!look.text.empty()) json["text"] = look.text;
  if (look.colour) {
    json["colour"] = fmt::format("#{:06x}", *look.colour);
    json["ink"] = fmt::format("#{:06x}", data::ink_on(*look.colour));
  }
  if (look.kept) json["kept"] = true;
  return json;
}

class Writer {
 public:
  Writer(const data::Task& task, std::span<const Played> puzzles)
      : looks_(looks_of(task, puzzles[0].input.size(), tokens_of(puzzles))),
        tokens_(puzzles[0].input.size(), looks_.looks.size()),
        shades_(puzzles[0].input.size(), kShades) {
    for (const auto& look : looks_.looks) {
      const auto number = static_cast<int>(numbers_.size());
      numbers_.emplace(look.token, number);
    }
  }

  ordered_json head() const {
    ordered_json json{{"rows", looks_.rows},
                      {"columns", looks_.columns},
                      {"cellDigits", tokens_.cell_digits()},
                      {"tokenDigits", tokens_.value_digits()},
                      {"shades", kShades},
                      {"paper", shades_.row(looks_.shades)},
                      {"looks", ordered_json::array()}};
    for (const auto& look : looks_.looks) json["looks"].push_back(json_of(look));
    return json;
  }

  ordered_json json_of_puzzle(const Played& puzzle, const Outcome& outcome) const {
    ordered_json json{{"example", puzzle.example},
                      {"title", puzzle.title},
                      {"rating", puzzle.rating ? ordered_json(*puzzle.rating) : ordered_json()},
                      {"known", outcome.known},
                      {"right", outcome.right},
                      {"cells", outcome.cells},
                      {"rightCells", outcome.right_cells},
                      {"lastChange", outcome.last_change},
                      {"mistake", outcome.mistake},
                      {"input", tokens_.row(numbers_of(puzzle.input))},
                      {"label", tokens_.row(numbers_of(puzzle.label))}};
    std::vector<int> answer(puzzle.input.size(), -1), shades = answer;
    for (const auto& frame : puzzle.frames) {
      const auto now = numbers_of(frame.answer);
      json["answers"].push_back(tokens_.changes(answer, now));
      json["halting"].push_back(std::round(1000 * frame.halting) / 1000);
      answer = now;
      if (frame.confidence.size() != answer.size()) continue;
      std::vector<int> confidence;
      for (const uint8_t value : frame.confidence) confidence.push_back(value * kShades / 256);
      json["confidence"].push_back(shades_.changes(shades, confidence));
      shades = confidence;
    }
    // Of some steps alone it says nothing.
    if (json.contains("confidence") && json["confidence"].size() != puzzle.frames.size())
      json.erase("confidence");
    const auto& votes = puzzle.votes;
    if (votes.answers > 0) json["voted"] = {{"answers", votes.answers}, {"votes", votes.all_votes}};
    for (const auto& vote : votes.first)
      json["votes"].push_back(
          ordered_json::array({tokens_.row(numbers_of(vote.answer)), vote.votes}));
    return json;
  }

 private:
  std::vector<int> numbers_of(const std::vector<data::Token>& row) const {
    std::vector<int> numbers;
    for (const auto token : row) numbers.push_back(token < 0 ? -1 : numbers_.at(token));
    return numbers;
  }

  Looks looks_;
  Codes tokens_, shades_;
  std::map<data::Token, int> numbers_;  // of tokens among the looks
};

// JSON without what ends an element or begins markup; it may only be in strings.
std::string safe_text(const ordered_json& json) {
  std::string safe;
  for (const char c : json.dump(-1, ' ', true, ordered_json::error_handler_t::replace)) {
    if (c == '<' || c == '>' || c == '&' || c == 0x7f) {
      safe += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string still(const data::Task& task, const Played& puzzle, const Outcome& outcome) {
  const auto board = [&](const char* name, const std::vector<data::Token>& tokens) {
    return fmt::format("<figure class=\"still\"><figcaption>{}</figcaption>{}</figure>", name,
                       data::paint_for_page(task.picture(tokens)));
  };
  auto text = fmt::format("<h3>{}{}</h3>\n<div class=\"stills\">", escaped_for_html(puzzle.title),
                          !outcome.known  ? ""
                          : outcome.right ? ": right"
                                          : ": wrong, " + escaped_for_html(outcome.mistake));
  text += board("puzzle", puzzle.input) + board("answer", puzzle.frames.back().answer);
  if (outcome.known) text += board("solution", solution_of(puzzle));
  return text + "</div>\n";
}

}  // namespace

std::string player_data(const data::Task& task, std::span<const Played> puzzles,
                        const std::vector<Outcome>& outcomes) {
  const Writer writer(task, puzzles);
  auto json = writer.head();
  json["puzzles"] = ordered_json::array();
  for (size_t i = 0; i < puzzles.size(); ++i)
    json["puzzles"].push_back(writer.json_of_puzzle(puzzles[i], outcomes.at(i)));
  return safe_text(json);
}

std::string player_section(const data::Task& task, std::span<const Played> puzzles,
                           const std::vector<Outcome>& outcomes) {
  constexpr size_t kStills = 3;
  std::string stills;
  for (size_t i = 0; i < std::min(kStills, puzzles.size()); ++i)
    stills += still(task, puzzles[i], outcomes.at(i));
  return fmt::format(
      "<section>\n<h2>Puzzles, step by step</h2>\n<div id=\"player\">\n{}{}</div>\n"
      "<script type=\"application/json\" id=\"player-data\">{}</script>\n</section>\n",
      stills,
      figure::html_note(fmt::format(
          "The last answers to {} of {} puzzles; with JavaScript all of them step by step.",
          std::min(kStills, puzzles.size()), puzzles.size())),
      player_data(task, puzzles, outcomes));
}

}  // namespace trm::report
