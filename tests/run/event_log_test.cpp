#include "run/event_log.h"

#include <nlohmann/json.hpp>

#include "run/run_folder.h"
#include "tests/events.h"
#include "tests/run/small_checkpoint.h"
#include "tests/scratch_folder.h"

namespace trm::run {
namespace {

using nlohmann::ordered_json;
using Points = std::vector<std::pair<int64_t, float>>;

constexpr const char* kConfig = "seed: 0\n";

ordered_json line_of(int64_t step, double loss) {
  return {{"step", step},
          {"loss", loss},
          {"limit", nullptr},
          {"compatible", true},
          {"unix_seconds", 10.0 * static_cast<double>(step)}};
}

// A run with lines of steps 1 to 3 and an image at 2, and its events' length after step 2.
struct Written {
  ScratchFolder scratch;
  fs::path folder = scratch / "run";
  int64_t log_bytes = 0, event_bytes = 0;

  Written() {
    RunFolder run(folder);
    run.start(kConfig);
    run.open_events(0, 0, kConfig);
    run.log(line_of(1, 0.5));
    run.log_image(2, "board", format::Image(3, 2, 0xffffff));
    run.log(line_of(2, 0.25));
    log_bytes = run.log_bytes();
    event_bytes = run.event_bytes();
    run.log(line_of(3, 0.125));
    run.log_image(3, "later", format::Image(3, 2, 0xffffff));
  }

  // As the run goes on from step 2 and logs step 3 again.
  void go_on(const std::string& config = kConfig) const {
    RunFolder run(folder);
    run.rewind_log(log_bytes);
    run.open_events(2, event_bytes, config);
    run.log(line_of(3, 1));
  }
};

// Of all event files, by name.
std::vector<uintmax_t> sizes_of_events(const fs::path& run) {
  std::map<std::string, uintmax_t> sizes;
  for (const auto& entry : fs::directory_iterator(run)) {
    const auto name = entry.path().filename().string();
    if (contains(name, "tfevents")) sizes[name] = entry.file_size();
  }
  std::vector<uintmax_t> list;
  for (const auto& [name, size] : sizes) list.push_back(size);
  return list;
}

}  // namespace

TEST_CASE("events are the numbers of the log, the config, and images", "[unit]") {
  const Written run;
  const auto events = read_events(run.folder);
  CHECK(events.scalars.size() == 1);  // step and time are the event's own; the rest is no number
  CHECK(events.scalars.at("loss") == Points{{1, 0.5F}, {2, 0.25F}, {3, 0.125F}});
  REQUIRE(events.texts.size() == 1);
  CHECK(contains(events.texts[0], kConfig));
  CHECK(events.images ==
        std::map<std::string, std::vector<int64_t>>{{"board", {2}}, {"later", {3}}});
  CHECK(event_file(run.folder).filename() == "events.out.tfevents.0000000001.trm");
}

TEST_CASE("events of a run that goes on are cut like its log, in a file of the next number",
          "[unit]") {
  const Written run;
  run.go_on();
  const auto events = read_events(run.folder);
  CHECK(events.scalars.at("loss") == Points{{1, 0.5F}, {2, 0.25F}, {3, 1.0F}});
  CHECK(events.texts.size() == 1);
  CHECK(events.images == std::map<std::string, std::vector<int64_t>>{{"board", {2}}});
  CHECK(event_file(run.folder).filename() == "events.out.tfevents.0000000002.trm");
  run.go_on();
  CHECK(read_events(run.folder).scalars.at("loss") == Points{{1, 0.5F}, {2, 0.25F}, {3, 1.0F}});
  CHECK(event_file(run.folder).filename() == "events.out.tfevents.0000000003.trm");
  const auto sizes = sizes_of_events(run.folder);
  REQUIRE(sizes.size() == 2);
  CHECK(sizes[0] == 0);
  CHECK(sizes[1] > static_cast<uintmax_t>(run.event_bytes));
}

TEST_CASE("a changed config stands in the events as well", "[unit]") {
  const Written run;
  run.go_on("seed: 0\ntrain: 5\n");
  const auto texts = read_events(run.folder).texts;
  REQUIRE(texts.size() == 2);
  CHECK(contains(texts[1], "train: 5"));
}

TEST_CASE("events that are damaged, cut, gone or something else are made anew from the log",
          "[unit]") {
  const std::vector<std::pair<std::string, std::function<void(const fs::path&)>>> faults = {
      {"gone", [](const fs::path& file) { fs::remove(file); }},
      {"cut", [](const fs::path& file) { fs::resize_file(file, 70); }},
      {"empty", [](const fs::path& file) { fs::resize_file(file, 0); }},
      {"noise", [](const fs::path& file) { write_text(file, std::string(100000, '\x7f')); }},
      {"a byte changed",
       [](const fs::path& file) {
         auto text = read_text(file);
         text[90] = static_cast<char>(text[90] ^ 1);
         write_text(file, text);
       }},
      {"a folder in its place", [](const fs::path& file) {
         fs::remove(file);
         fs::create_directories(file / "more");
       }}};
  for (const auto& [name, fault] : faults) {
    INFO(name);
    const Written run;
    fault(event_file(run.folder));
    run.go_on();
    const auto events = read_events(run.folder);
    CHECK(events.scalars.at("loss") == Points{{1, 0.5F}, {2, 0.25F}, {3, 1.0F}});
    CHECK(events.texts.size() == 1);
  }
}

TEST_CASE("a link in an event file's place is taken away, and what it names stays", "[unit]") {
  const Written run;
  const auto file = event_file(run.folder);
  const auto mine = run.scratch.file("mine.txt", "dear");
  fs::remove(file);
  fs::create_symlink(mine, file);
  run.go_on();
  CHECK(read_text(mine) == "dear");
  CHECK(read_events(run.folder).scalars.at("loss") == Points{{1, 0.5F}, {2, 0.25F}, {3, 1.0F}});
}

TEST_CASE("a length that no file has makes events anew", "[unit]") {
  for (const int64_t bytes : {int64_t{0}, int64_t{-1}, int64_t{7}, int64_t{1} << 60}) {
    INFO(bytes);
    Written run;
    run.event_bytes = bytes;
    run.go_on();
    CHECK(read_events(run.folder).scalars.at("loss") == Points{{1, 0.5F}, {2, 0.25F}, {3, 1.0F}});
  }
}

TEST_CASE("where events cannot be written the run goes on, and they are made anew later",
          "[unit]") {
  const Written run;
  CHECK(as_another_user([&] {
          EventLog events(run.folder, 2, run.event_bytes, kConfig);
          events.line(line_of(3, 1));
          return std::to_string(events.bytes());
        }) == "0");
  run.go_on();
  CHECK(read_events(run.folder).scalars.at("loss") == Points{{1, 0.5F}, {2, 0.25F}, {3, 1.0F}});
}

}  // namespace trm::run
