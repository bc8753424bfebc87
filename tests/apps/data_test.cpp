#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/catch.h"
#include "tests/fetch/small_fetch.h"
#include "tests/program.h"
#include "tests/small_sudoku.h"

namespace trm {
namespace {

using nlohmann::json;

Finished trm_data(const ScratchFolder& scratch, const std::vector<std::string>& arguments) {
  return run_to_end(scratch, "trm-data", arguments, {"no_proxy=127.0.0.1"});
}

}  // namespace

TEST_CASE("a generated folder is inspected for what it was made as", "[unit]") {
  const ScratchFolder scratch;
  const auto folder = (scratch / "mazes").string();
  // The sizes of a 4x4 maze are also those of a 4x4 Sudoku.
  REQUIRE(trm_data(scratch, {"generate", "maze", "--size", "4", "--train", "40", "--test", "20",
                             "--min-path", "4", "--seed", "0", folder})
              .code == 0);
  const auto page = scratch / "page.html";
  const auto inspected =
      trm_data(scratch, {"inspect", folder, "--json", "-", "--html", page.string()});
  REQUIRE(inspected.code == 0);
  const auto report = json::parse(inspected.out);
  CHECK(report["task"] == "maze");
  CHECK(report["changed_files"].empty());
  const auto& train = report["train"];
  CHECK(train["examples"] == 40);
  int64_t counted = 0;
  for (const auto& [steps, count] : train["shortest path"].items()) {
    CHECK(std::stoi(steps) >= 4);
    counted += count.get<int64_t>();
  }
  CHECK(counted == 40);
  // No input marks a path.
  CHECK(train["copying_the_input"] == json({{"exact_accuracy", 0.0},
                                            {"valid_path", 0.0},
                                            {"shortest_path", 0.0},
                                            {"length_ratio", 0.0}}));
  const auto text = read_text(page);
  for (const char* part :
       {"<h2>test</h2>", "shortest path</div>", "command</th><td>generate maze --size 4",
        "copying the input: valid_path</th><td>0.00 %", "viewBox=\"0 0 4 4\"",
        "example 1: rating "})
    CHECK(contains(text, part));

  const auto drawn = trm_data(scratch, {"inspect", folder, "--show", "1"});
  CHECK(contains(drawn.out, "copying the input scores\n     exact_accuracy 0.00 %"));
  CHECK(contains(drawn.out, "as a training row may see it"));
}

TEST_CASE("an inspected folder fits the screen", "[unit]") {
  const ScratchFolder scratch;
  const auto folder = (scratch / "data").string();
  REQUIRE(run_to_end(scratch, "trm-data",
                     {"generate", "sudoku", "--box", "2x2", "--train", "120", "--test", "10",
                      "--minimal", "--seed", "12345", folder, "--quiet"})
              .code == 0);
  for (const size_t columns : {40, 80, 120}) {
    const auto shown = run_to_end(scratch, "trm-data", {"inspect", folder},
                                  {"COLUMNS=" + std::to_string(columns)});
    std::istringstream lines(shown.out);
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      // Of histograms, which are as wide as they are, and names of folders that have no spaces.
      if (line.find('#') == std::string::npos && line.find(' ') != std::string::npos)
        CHECK(line.size() <= std::max(columns, folder.size() + 12));
    }
    CHECK(contains(shown.out, "puzzle ids"));
  }
}

TEST_CASE("an ARC set's folder may stand before or after the options", "[unit]") {
  const ScratchFolder scratch;
  fs::create_directory(scratch / "tasks");
  write_text(scratch / "tasks/one.json",
             R"({"train": [{"input": [[1]], "output": [[2]]}],
                       "test": [{"input": [[3]], "output": [[4]]}]})");
  const auto tasks = (scratch / "tasks").string();
  for (const auto& rest : std::vector<std::vector<std::string>>{{"OUT", "--augmentations", "2"},
                                                                {"--augmentations", "2", "OUT"}}) {
    std::vector<std::string> command = {"build", "arc", "--train", tasks, "--test", tasks};
    for (const auto& word : rest) {
      command.push_back(word == "OUT" ? (scratch / ("set" + rest[0])).string() : word);
    }
    const auto built = trm_data(scratch, command);
    INFO(built.err);
    CHECK(built.code == 0);
    CHECK(contains(built.out, "1 tasks to train, 1 to test, 3 with their copies"));
  }
}

TEST_CASE("an inspected folder's page names its tasks and prints its own name alone", "[unit]") {
  const ScratchFolder scratch;
  fs::create_directory(scratch / "tasks");
  write_text(scratch / "tasks/a<b.json",
             R"({"train": [{"input": [[1, 2]], "output": [[2], [1]]}],
                       "test": [{"input": [[3]], "output": [[4]]}]})");
  const auto tasks = (scratch / "tasks").string(), set = (scratch / "set").string();
  REQUIRE(trm_data(scratch, {"build", "arc", "--train", tasks, "--test", tasks, set}).code == 0);
  const auto page = (scratch / "page.html").string();
  const auto inspected = trm_data(scratch, {"inspect", set, "--html", page});
  CHECK(inspected.code == 0);
  CHECK(inspected.out == page + "\n");
  const auto text = read_text(page);
  CHECK(contains(text, "example 0: task a&lt;b, puzzle id 1"));
  CHECK(contains(text, "4, yellow</div>"));
  // The pair as one row of two cells and one column of two.
  CHECK(contains(text, "viewBox=\"0 0 2 1\""));
  CHECK(contains(text, "viewBox=\"0 0 1 2\""));
  const auto drawn = trm_data(scratch, {"inspect", set, "--show", "1"});
  CHECK(contains(drawn.out, "example 0: task a<b, puzzle id 1"));
}

// Whether a data folder is being written.
bool writing(const ScratchFolder& scratch) {
  for (const auto& entry : fs::directory_iterator(scratch / "")) {
    if (contains(entry.path().filename().string(), ".partial-"))
      return fs::exists(entry.path() / "train/all__inputs.npy");
  }
  return false;
}

TEST_CASE("an inspected folder is one, and its texts print nothing but themselves", "[unit]") {
  const ScratchFolder scratch;
  SmallSudoku{.train = 4, .test = 4}.write(scratch / "data");
  const auto path = scratch / "data/provenance.json";
  auto provenance = json::parse(read_text(path));
  provenance["command"] = "\x1b]0;title\x07";
  write_text(path, provenance.dump());
  const auto folder = (scratch / "data").string();
  const auto told = trm_data(scratch, {"inspect", folder});
  CHECK(told.code == 0);
  CHECK(contains(told.out, "?]0;title?"));
  CHECK_FALSE(contains(told.out, "\x1b"));
  provenance["sha256"]["../../etc/passwd"] = "00";
  write_text(path, provenance.dump());
  CHECK(contains(trm_data(scratch, {"inspect", folder}).err, "names a file outside of the folder"));
  // The test split of another kind of puzzle.
  REQUIRE(trm_data(scratch, {"generate", "maze", "--size", "5", "--train", "4", "--test", "4",
                             "--min-path", "3", (scratch / "maze").string()})
              .code == 0);
  fs::remove(path);
  fs::remove_all(scratch / "data/test");
  fs::copy(scratch / "maze/test", scratch / "data/test", fs::copy_options::recursive);
  const auto refused = trm_data(scratch, {"inspect", folder});
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "data/test: not of the same grid as"));
}

TEST_CASE("a subsample is of boards of any size, the reference's copies of 9x9", "[unit]") {
  const ScratchFolder scratch;
  std::string rows = "question,answer\n";
  for (const char* board : {"1234341221434321", "2143432112343412", "3412123443212143"})
    rows += std::string(board).replace(0, 2, "..") + "," + board + "\n";
  const auto file = scratch.file("boards.csv", rows).string();
  const auto build = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {
        "build", "sudoku", "--train", file, "--test", file, (scratch / "out").string()};
    words.insert(words.end(), more.begin(), more.end());
    return trm_data(scratch, words);
  };
  const auto refused = build({"--augmentations", "2"});
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "--augmentations: the reference's augmentation is for 9x9 boards"));
  const auto done = build({"--subsample", "2", "--json", "-"});
  INFO(done.err);
  REQUIRE(done.code == 0);
  CHECK(json::parse(done.out)["train"]["examples"] == 2);
}

TEST_CASE("a build that is stopped leaves nothing", "[unit]") {
  const ScratchFolder scratch;
  fs::create_directory(scratch / "tasks");
  write_text(scratch / "tasks/one.json", R"({"train": [{"input": [[1, 2, 3]], "output": [[4]]}],
                                             "test": [{"input": [[3]], "output": [[5]]}]})");
  const auto tasks = (scratch / "tasks").string();
  for (const int signal : {SIGINT, SIGHUP}) {
    Program build(scratch, "trm-data",
                  {"build", "arc", "--train", tasks, "--test", tasks, (scratch / "set").string(),
                   "--augmentations", "30000", "--prebuilt"});
    while (build.running() && !writing(scratch)) ::usleep(200);
    build.signal(signal);
    CHECK(build.wait() == 128 + signal);
    CHECK(contains(build.err(), "stopped; nothing was written"));
    CHECK_FALSE(fs::exists(scratch / "set"));
    CHECK_FALSE(writing(scratch));
  }
}

TEST_CASE("a public set is fetched from a mirror once, and what is no set is refused", "[unit]") {
  const ScratchFolder scratch;
  LoopbackServer server(fetch::Host{fetch::sample('a')});
  const std::vector<std::string> command = {"fetch", "maze-hard", (scratch / "raw").string(),
                                            "--mirror", server.url()};
  const auto first = trm_data(scratch, command);
  INFO(first.err);
  REQUIRE(first.code == 0);
  CHECK(contains(first.out, "train.csv: "));
  CHECK(contains(first.out, "trm-data build maze"));
  CHECK(read_text(scratch / "raw/test.csv") == fetch::sample('a'));
  const auto asked = server.requests().size();
  const auto again = trm_data(scratch, command);
  CHECK(again.code == 0);
  CHECK(contains(again.out, "nothing to fetch"));
  CHECK(server.requests().size() == asked);

  const auto unknown = trm_data(scratch, {"fetch", "maze-easy", (scratch / "other").string()});
  CHECK(unknown.code == 2);
  CHECK(contains(unknown.err, "maze-hard"));
  CHECK_FALSE(fs::exists(scratch / "other"));
}

}  // namespace trm
