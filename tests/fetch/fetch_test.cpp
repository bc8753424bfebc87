#include "fetch/fetch.h"

#include <set>

#include "core/hash.h"
#include "tests/fetch/small_fetch.h"

namespace trm::fetch {

TEST_CASE("what is there and right is not asked for again", "[unit]") {
  const Host host{sample('a')};
  const LoopbackServer server(host);
  SmallFetch small(server.url());
  small.run();
  const auto record = read_text(small.out() / kSourcesFile);
  CHECK(contains(record, sha256_hex(host.body)));
  CHECK(contains(record, server.url("/a.csv")));
  const auto again = small.run();
  REQUIRE(again.files.size() == 1);
  CHECK_FALSE(again.files[0].fetched);
  CHECK(again.files[0].bytes == static_cast<int64_t>(host.body.size()));
  CHECK(server.requests().size() == 1);
  CHECK(read_text(small.out() / kSourcesFile) == record);
}

TEST_CASE("a file that is not as it was fetched is left alone", "[unit]") {
  const LoopbackServer server(Host{sample('a')});
  SmallFetch small(server.url());
  small.run();
  small.scratch.file("out/a.csv", "source,mine");
  CHECK(contains(error_of([&] { small.run(); }), "not as it was fetched"));
  fs::remove(small.out() / kSourcesFile);
  CHECK(error_of([&] { small.run(); }) ==
        small.path().string() + ": not from an earlier fetch; remove it or choose another folder");
  CHECK(small.text() == "source,mine");
  CHECK(server.requests().size() == 1);
}

TEST_CASE("a file that is fetched again must have the recorded size and hash", "[unit]") {
  std::string body = sample('a');
  const auto first = body;
  const LoopbackServer server(
      [&](const std::string& request, size_t) { return Host{body}(request); });
  SmallFetch small(server.url());
  small.run();
  fs::remove(small.path());
  body = sample('b');
  const auto text = small.failure();
  CHECK(contains(text, "its SHA-256 is " + sha256_hex(body) + ", not " + sha256_hex(first) +
                           " as in " + (small.out() / kSourcesFile).string()));
  CHECK(small.partial_bytes() == -1);
  body += "more";
  CHECK(contains(small.failure(),
                 "bytes there, not " + std::to_string(first.size()) + ": another version"));
  body = first;
  small.run();
  CHECK(small.text() == first);
}

TEST_CASE("a published size and hash hold from the first time on", "[unit]") {
  const Host host{sample('a')};
  const LoopbackServer server(host);
  SmallFetch small(server.url());
  const auto hash = sha256_hex("another");
  small.file.sha256 = hash;
  CHECK(contains(small.failure(), "not " + hash + " as published"));
  CHECK_FALSE(fs::exists(small.out() / kSourcesFile));
  small.file.bytes = 5;
  CHECK(contains(small.failure(), "bytes there, not 5"));
  const auto right = sha256_hex(host.body);
  small.file.sha256 = right;
  small.file.bytes = static_cast<int64_t>(host.body.size());
  small.run();
  CHECK(small.text() == host.body);
}

TEST_CASE("a page in place of the file is not taken for it", "[unit]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"\n <!DOCTYPE html><title>Log in</title>", "a web page came instead of the file"},
      {"version https://git-lfs.github.com/spec/v1\n", "it begins with 'version https://git-lfs"},
      {std::string("\x1f\x8b\x1b[2J", 6), "it begins with '??"},
      {"", "it begins with '', not with 'source,'"}};
  for (const auto& [body, message] : cases) {
    const LoopbackServer server(Host{body});
    SmallFetch small(server.url());
    CHECK(contains(small.failure(), message));
    CHECK(small.partial_bytes() == -1);
    CHECK_FALSE(fs::exists(small.out() / kSourcesFile));
  }
}

TEST_CASE("an interrupt keeps what has come, and the same command goes on", "[unit]") {
  const Host host{sample('a')};
  const LoopbackServer server([&](const std::string& request, size_t number) {
    return number == 0 ? host.cut(50'000, "", Reply::Then::hangs) : host(request);
  });
  SmallFetch small(server.url());
  small.patience.stopped = [&] { return small.partial_bytes() >= 50'000; };
  const auto stopped = small.run();
  CHECK(stopped.stopped);
  CHECK(stopped.files.empty());
  CHECK_FALSE(fs::exists(small.path()));
  CHECK(small.partial_bytes() == 50'000);
  small.patience.stopped = [] { return false; };
  CHECK_FALSE(small.run().stopped);
  CHECK(small.text() == host.body);
  CHECK(header_of(server.requests().at(1), "Range") == "bytes=50000-");
}

TEST_CASE("a part from another address is not continued, a whole one needs no network", "[unit]") {
  const Host host{sample('a')};
  const LoopbackServer server(host), mirror(host);
  SmallFetch small(server.url());
  const auto leave = [&](size_t bytes, const std::string& url) {
    fs::create_directories(small.out());
    small.scratch.file("out/a.csv.partial", host.body.substr(0, bytes));
    small.scratch.file("out/a.csv.partial.note",
                       url + "\n\"v1\"\n" + std::to_string(host.body.size()) + "\n");
  };
  leave(50'000, mirror.url("/a.csv"));
  small.run();
  CHECK(small.text() == host.body);
  CHECK(header_of(server.requests().at(0), "Range").empty());
  fs::remove(small.path());
  leave(host.body.size(), server.url("/a.csv"));
  small.run();
  CHECK(small.text() == host.body);
  CHECK(server.requests().size() == 1);
  fs::remove(small.path());
  leave(50'000, "damaged");
  small.scratch.file("out/a.csv.partial.note", "damaged");
  small.run();
  CHECK(small.text() == host.body);
}

TEST_CASE("a mirror takes the place of the address", "[unit]") {
  const Host host{sample('a')};
  const LoopbackServer server(host);
  SmallFetch small("http://puzzles.invalid/");
  small.mirror = server.url("/copies/of/it");
  small.run();
  CHECK(server.requests().at(0).starts_with("GET /copies/of/it/a.csv "));
  for (const char* mirror : {"file:///tmp", "example.org/x", "https://a/b?c=d", "-"}) {
    small.mirror = mirror;
    CHECK(contains(error_of([&] { small.run(); }),
                   "is no folder of the web; write https://HOST/FOLDER"));
  }
}

TEST_CASE("a folder holds files of one name once, and is fetched into by one process", "[unit]") {
  const LoopbackServer server(Host{sample('a')});
  SmallFetch small(server.url());
  fs::create_directories(small.out());
  {
    const FolderLock lock(small.out());
    CHECK(contains(small.failure(), "wait for it, or choose another folder"));
  }
  small.scratch.file("out/sources.json",
                     R"({"a.csv": {"set": "mazes", "url": "x", "bytes": 1, "sha256": "x"}})");
  CHECK(contains(small.failure(), "a.csv: belongs to mazes; choose another folder for small"));
  for (const char* text : {"[]", "{", R"({"a.csv": 1})", R"({"a.csv": {"set": "small"}})"}) {
    small.scratch.file("out/sources.json", text);
    CHECK(contains(small.failure(), "sources.json: "));
  }
  fs::remove_all(small.out());
  small.scratch.file("out", "a file");
  CHECK(contains(small.failure(), "Not a directory"));
  CHECK(server.requests().empty());
}

TEST_CASE("the catalogue is sound, and names are found in it", "[unit]") {
  std::set<std::string_view> names;
  for (const auto& set : kPublicSets) {
    CHECK(names.insert(set.name).second);
    CHECK(&public_set(std::string(set.name)) == &set);
    CHECK(set.base.starts_with("https://"));
    CHECK(set.base.ends_with('/'));
    CHECK_FALSE(set.files.empty());
    for (const auto& file : set.files) {
      CHECK(fs::path(file.name).filename() == file.name);
      CHECK(file.most_bytes > 0);
      CHECK_FALSE(file.begins.empty());
    }
  }
  CHECK(error_of([] { public_set("sudoku"); }) ==
        "no public set 'sudoku'; known: sudoku-extreme, maze-hard, arc-agi-1, arc-agi-2, "
        "concept-arc");
}

}  // namespace trm::fetch
