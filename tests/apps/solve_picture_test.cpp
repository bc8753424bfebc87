#include <map>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/apps/solve_model.h"
#include "tests/gif_reader.h"

namespace trm {
namespace {

constexpr const char* kBoard = "1234341221434321";
constexpr int64_t kSide = 48, kMargin = 12;  // pixels of a GIF's cell, and before the first
constexpr uint32_t kRed = 0xd62728, kGreen = 0x2ca02c;

uint32_t pixel(const ReadGif& gif, size_t frame, int64_t x, int64_t y) {
  const auto* at = &gif.frames[frame].pixels[static_cast<size_t>(3 * (y * gif.width + x))];
  return static_cast<uint32_t>(at[0] << 16 | at[1] << 8 | at[2]);
}

// The pixels within a cell of a 4x4 board, without its frame.
std::vector<uint32_t> inside(const ReadGif& gif, size_t frame, int64_t cell) {
  std::vector<uint32_t> pixels;
  for (int64_t y = 5; y < kSide - 6; ++y) {
    for (int64_t x = 5; x < kSide - 6; ++x)
      pixels.push_back(
          pixel(gif, frame, kMargin + cell % 4 * kSide + x, kMargin + cell / 4 * kSide + y));
  }
  return pixels;
}

uint32_t corner(const ReadGif& gif, size_t frame, int64_t cell) {
  return pixel(gif, frame, kMargin + cell % 4 * kSide, kMargin + cell / 4 * kSide);
}

// A table with one puzzle and its answer, which nobody can know from one cell.
std::string hopeless(const SolveModel& model) {
  return model.write("one.csv", std::string("puzzle,solution\n1...............,") + kBoard);
}

// Tags without what is in quotes are balanced; text has no markup. Enough of XML's rules for what
// is written here; tests/interop reads it with a library.
void check_well_formed(const std::string& text) {
  static const std::regex tag(
      R"(<(\?xml [^<>]*\?|/?[a-z]+(?: [a-zA-Z-]+="[^"<>&]*")*/?)>|&(?:lt|gt|amp|quot|#39);)");
  std::vector<std::string> open;
  std::string rest;
  auto at = text.cbegin();
  for (std::sregex_iterator match(text.begin(), text.end(), tag), end; match != end; ++match) {
    rest.append(at, match->prefix().second);
    at = match->suffix().first;
    const auto found = match->str(1);
    const auto name = found.substr(0, found.find(' '));
    if (found.empty() || found[0] == '?' || found.ends_with('/')) continue;
    if (found[0] != '/') {
      open.push_back(name);
      continue;
    }
    REQUIRE_FALSE(open.empty());
    CHECK("/" + open.back() == name);
    open.pop_back();
  }
  rest.append(at, text.cend());
  CHECK(open.empty());
  CHECK(rest.find_first_of("<>&") == std::string::npos);
}

int64_t count_of(const std::string& text, const std::string& part) {
  int64_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("trm-solve --gif has a frame a supervision step, the last one held", "[unit]") {
  const SolveModel model;
  const auto file = (model.small.scratch / "one.gif").string();
  const auto done = model.solve(
      {"--file", hopeless(model), "--gif", file, "--depth", "5", "--speed", "5", "--json", "-"});
  INFO(done.err);
  REQUIRE(done.code == 0);
  const auto record = nlohmann::json::parse(done.out);
  const auto gif = read_gif(read_text(file));
  CHECK(gif.loops);
  CHECK(gif.width == 4 * kSide + 2 * kMargin);
  REQUIRE(gif.frames.size() == 5);
  REQUIRE(record["steps"].size() == 5);
  for (size_t i = 0; i < 4; ++i) CHECK(gif.frames[i].hundredths == 20);
  CHECK(gif.frames[4].hundredths == 300);

  // Cells of one shade look alike exactly where they have one digit, and the wrong ones are red.
  const auto answer = record["answer"].get<std::string>();
  const auto shade = [](int64_t cell) { return (cell / 8 + cell % 4 / 2) % 2; };
  std::map<std::pair<char, int64_t>, std::vector<uint32_t>> looks;
  for (int64_t cell = 0; cell < 16; ++cell) {
    INFO(cell);
    const auto i = static_cast<size_t>(cell);
    const auto [known, added] =
        looks.emplace(std::pair(answer[i], shade(cell)), inside(gif, 4, cell));
    CHECK((known->second == inside(gif, 4, cell)));
    CHECK((corner(gif, 4, cell) == kRed) == (answer[i] != kBoard[i]));
  }
  for (const auto& [first, pixels] : looks) {
    for (const auto& [second, others] : looks) CHECK((pixels == others) == (first == second));
  }
  // Cells that changed and are right are green, and not many changed: those that did have a frame.
  for (size_t step = 0; step < 5; ++step) {
    int64_t framed = 0, same = 0;
    for (int64_t cell = 0; cell < 16; ++cell) {
      framed += corner(gif, step, cell) == kGreen ? 1 : 0;
      same += step > 0 && inside(gif, step, cell) == inside(gif, step - 1, cell) ? 1 : 0;
      if (step > 0 && inside(gif, step, cell) == inside(gif, step - 1, cell))
        CHECK(corner(gif, step, cell) != kGreen);
    }
    CHECK(framed <= record["steps"][step]["cells_changed"].get<int64_t>());
    if (step > 0) CHECK(16 - same == record["steps"][step]["cells_changed"].get<int64_t>());
  }
}

TEST_CASE("trm-solve --svg draws the puzzle, the answers after chosen steps, and what is wrong",
          "[unit]") {
  const SolveModel model;
  const auto file = (model.small.scratch / "one.svg").string();
  const auto arguments =
      std::vector<std::string>{"--file", hopeless(model), "--svg", file, "--json", "-"};
  const auto done = model.solve(arguments);
  INFO(done.err);
  REQUIRE(done.code == 0);
  const auto record = nlohmann::json::parse(done.out);
  const auto svg = read_text(file);
  check_well_formed(svg);
  CHECK(svg.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\""));
  CHECK(count_of(svg, "http") == 1);  // the name of the format, and nothing from elsewhere
  CHECK(count_of(svg, "class=\"cell\"") == 3 * 16);
  CHECK(count_of(svg, "class=\"wrong\"") == record["wrong_cells"].get<int64_t>());
  CHECK(contains(svg, ">puzzle<"));
  CHECK(contains(svg, ">step 3 of 3<"));
  CHECK(contains(svg, ">right answer<"));
  // The digits in their order: of the puzzle, of the answer, of the solution.
  static const std::regex digit(">([1-4])</text>");
  std::string digits;
  for (std::sregex_iterator match(svg.begin(), svg.end(), digit), end; match != end; ++match)
    digits += match->str(1);
  std::string answer = record["answer"];
  std::erase(answer, '.');
  CHECK(digits == "1" + answer + kBoard);

  auto steps = arguments;
  steps.insert(steps.end(), {"--svg-steps", "2,1"});
  REQUIRE(model.solve(steps).code == 0);
  const auto chosen = read_text(file);
  check_well_formed(chosen);
  CHECK(count_of(chosen, "class=\"cell\"") == 4 * 16);
  CHECK(chosen.find(">step 1 of 3<") < chosen.find(">step 2 of 3<"));
  CHECK_FALSE(contains(chosen, ">step 3 of 3<"));
}

TEST_CASE("trm-solve: pictures of several puzzles, and steps that are none, are refused at once",
          "[unit]") {
  const SolveModel model;
  const auto two = model.write("two.txt", "1.3434122143432.\n..34341.2.43.3.1\n");
  for (const char* option : {"--gif", "--svg"}) {
    const auto file = model.small.scratch / "none";
    const auto done = model.solve({"--file", two, option, file.string()});
    CHECK(done.code == 2);
    CHECK(contains(done.err, std::string(option) + ": pictures one puzzle, and there are 2"));
    CHECK(done.out.empty());
    CHECK_FALSE(fs::exists(file));
  }
  const auto svg = (model.small.scratch / "none").string();
  const auto beyond = model.solve({"--example", "0", "--svg", svg, "--svg-steps", "4"});
  CHECK(beyond.code == 2);
  CHECK(contains(beyond.err, "--svg-steps: 4 of 3 supervision steps"));
  CHECK(model.solve({"--example", "0", "--svg-steps", "1"}).code == 2);
  CHECK(model.solve({"--example", "0", "--gif", "/none/such/one.gif"}).code == 2);
  CHECK(model.solve({"--example", "0", "--speed", "0"}).code == 2);
  CHECK_FALSE(fs::exists(svg));
}

}  // namespace trm
