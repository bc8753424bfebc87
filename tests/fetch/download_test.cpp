#include "fetch/download.h"

#include <set>

#include "fetch/web_address.h"
#include "tests/fetch/small_fetch.h"

namespace trm::fetch {

TEST_CASE("a file comes whole, and nothing is left beside it but its record", "[unit]") {
  const Host host{sample('a')};
  const LoopbackServer server(host);
  SmallFetch small(server.url());
  const auto result = small.run();
  REQUIRE(result.files.size() == 1);
  CHECK(result.files[0].fetched);
  CHECK(result.files[0].bytes == static_cast<int64_t>(host.body.size()));
  CHECK(small.text() == host.body);
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(small.out()))
    names.insert(entry.path().filename());
  CHECK(names == std::set<std::string>{"a.csv", "lock", "sources.json"});
  REQUIRE(server.requests().size() == 1);
  CHECK(server.requests()[0].starts_with("GET /a.csv HTTP/1.1\r\n"));
  CHECK(header_of(server.requests()[0], "Range").empty());
}

TEST_CASE("after a cut only the rest is asked for", "[unit]") {
  const Host host{sample('a')};
  const LoopbackServer server([&](const std::string& request, size_t number) {
    return number == 0 ? host.cut(50'000) : host(request);
  });
  SmallFetch small(server.url());
  small.run();
  CHECK(small.text() == host.body);
  REQUIRE(server.requests().size() == 2);
  CHECK(header_of(server.requests()[1], "Range") == "bytes=50000-");
  CHECK(header_of(server.requests()[1], "If-Range") == "\"v1\"");
  REQUIRE(small.told.size() == 1);
  CHECK(contains(small.told[0], "cut after 50000 of " + std::to_string(host.body.size()) +
                                    " bytes; trying again"));
}

TEST_CASE("tries that bring something do not count as in vain", "[unit]") {
  const Host host{sample('a')};
  const LoopbackServer server(
      [&](const std::string& request, size_t) { return host.cut(10'000, request); });
  SmallFetch small(server.url());
  small.run();
  CHECK(small.text() == host.body);
  CHECK(server.requests().size() == (host.body.size() + 9'999) / 10'000);
}

TEST_CASE("only what continues the part that is here is added to it", "[unit]") {
  const Host host{sample('a')}, changed{sample('b'), "\"v2\""};
  auto careless = changed;
  careless.heeds_if_range = false;
  const auto part = [&](size_t begin) {
    const auto range = std::to_string(begin) + "-" + std::to_string(begin + 2) + "/";
    return reply("206 Partial Content",
                 "Content-Length: 3\r\nContent-Range: bytes " + range +
                     std::to_string(host.body.size()) + "\r\n",
                 host.body.substr(begin, 3));
  };
  const std::vector<std::pair<LoopbackServer::Handler, Host>> cases = {
      {[&](const std::string&, size_t) { return host(""); }, host},  // knows no ranges
      {changed, changed},
      {careless, changed},
      {[&](const std::string& request, size_t number) {
         return number == 1 ? part(50'001) : host(request);
       },
       host},
      {[&](const std::string& request, size_t number) {  // less of the rest than was asked for
         return number == 1 ? part(50'000) : host(request);
       },
       host},
      {[&](const std::string& request, size_t number) {
         return number == 1 ? reply("206 Partial Content", "Content-Length: 3\r\n", "xyz")
                            : host(request);
       },
       host},
      {[&](const std::string& request, size_t number) {
         return number == 1 ? reply("416 Range Not Satisfiable", "Content-Length: 0\r\n", "")
                            : host(request);
       },
       host},
  };
  for (const auto& [then, expected] : cases) {
    const LoopbackServer server([&, &rest = then](const std::string& request, size_t number) {
      return number == 0 ? host.cut(50'000) : rest(request, number);
    });
    SmallFetch small(server.url());
    small.run();
    CHECK(small.text() == expected.body);
    CHECK(header_of(server.requests().at(1), "Range") == "bytes=50000-");
  }
}

TEST_CASE("only an ETag that promises the same bytes, or a date, lets a part be continued",
          "[unit]") {
  const std::string date = "Tue, 03 Jun 2025 10:00:00 GMT";
  for (const auto& [headers, validator] : std::vector<std::pair<std::string, std::string>>{
           {"", ""},
           {"ETag: W/\"v1\"\r\n", ""},
           {"ETag: W/\"v1\"\r\nLast-Modified: " + date + "\r\n", date}}) {
    const auto body = sample('a');
    const LoopbackServer server([&, &head = headers](const std::string&, size_t number) {
      return reply("200 OK", head + length_of(body), number == 0 ? body.substr(0, 50'000) : body);
    });
    SmallFetch small(server.url());
    small.run();
    CHECK(small.text() == body);
    CHECK(header_of(server.requests().at(1), "If-Range") == validator);
    CHECK(header_of(server.requests().at(1), "Range").empty() == validator.empty());
  }
}

TEST_CASE("a connection that stalls is given up and continued", "[unit]") {
  const Host host{sample('a')};
  const LoopbackServer server([&](const std::string& request, size_t number) {
    return number == 0 ? host.cut(50'000, "", Reply::Then::hangs) : host(request);
  });
  SmallFetch small(server.url());
  small.patience.stall = Patience::Milliseconds(200);
  small.patience.least_bytes_per_second = 1'000'000;
  small.run();
  CHECK(small.text() == host.body);
  CHECK(header_of(server.requests().at(1), "Range") == "bytes=50000-");
  CHECK(contains(small.told.at(0), "less than 976.6 KiB/s for 0.2 s"));

  const LoopbackServer silent([](const std::string&, size_t) {
    return Reply{"", Reply::Then::hangs};
  });
  SmallFetch other(silent.url());
  other.patience.stall = Patience::Milliseconds(100);
  CHECK(contains(other.failure(), "less than 1.0 KiB/s"));
  CHECK(silent.requests().size() == 3);
}

TEST_CASE("a file shorter than promised is never taken for whole", "[unit]") {
  const auto body = sample('a', 100);
  const LoopbackServer server([&](const std::string&, size_t) {
    return reply("200 OK", "ETag: \"v1\"\r\nContent-Length: 1000000\r\n", body);
  });
  SmallFetch small(server.url());
  const auto text = small.failure();
  CHECK(contains(text, "cut after " + std::to_string(body.size()) +
                           " of 1000000 bytes (3 tries); the same command"));
  CHECK(small.partial_bytes() == static_cast<int64_t>(body.size()));
  // Nothing at all is said about the size, and the connection just ends.
  const LoopbackServer vague([&](const std::string&, size_t) { return reply("200 OK", "", body); });
  SmallFetch other(vague.url());
  CHECK(contains(other.failure(), "does not say how large the file is"));
  CHECK(vague.requests().size() == 1);
}

TEST_CASE("what is larger than it may be is refused, and no byte more is kept", "[unit]") {
  const LoopbackServer announced([](const std::string&, size_t) {
    return reply("200 OK", "Content-Length: 1048577\r\n", "source,");
  });
  SmallFetch small(announced.url());
  CHECK(contains(small.failure(), "1048577 bytes there, more than such a file can have (1048576)"));
  CHECK(announced.requests().size() == 1);

  const LoopbackServer endless([](const std::string&, size_t) {
    return Reply{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Reply::Then::repeats};
  });
  SmallFetch other(endless.url());
  CHECK(contains(other.failure(), "more than 1048576 bytes came"));
  CHECK(endless.requests().size() == 1);
  CHECK(other.partial_bytes() == -1);

  const LoopbackServer talkative([](const std::string&, size_t) {
    std::string headers;
    for (int i = 0; i < 5'000; ++i) headers += "X-Header: " + std::string(100, 'x') + "\r\n";
    return reply("200 OK", headers + "Content-Length: 7\r\n", "source,");
  });
  SmallFetch third(talkative.url());
  CHECK(contains(third.failure(), "3 tries"));
}

TEST_CASE("a chunked file of no known size comes whole", "[unit]") {
  const LoopbackServer server([](const std::string&, size_t number) {
    const std::string start =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nsource,\r\n\r\n";
    return Reply{number == 0 ? start : start + "2\r\nq\n\r\n0\r\n\r\n"};
  });
  SmallFetch small(server.url());
  small.run();
  CHECK(small.text() == "source,\r\nq\n");
  CHECK(server.requests().size() == 2);
}

TEST_CASE("a few redirects are followed", "[unit]") {
  const Host host{sample('a')};
  const LoopbackServer server([&](const std::string& request, size_t) {
    if (request.starts_with("GET /a.csv "))
      return reply("302 Found", "Location: /there?x=1\r\nContent-Length: 3\r\n", "abc");
    if (request.starts_with("GET /there?x=1 "))
      return reply("308 Permanent Redirect", "Location: other\r\n", "");
    return host(request);
  });
  SmallFetch small(server.url());
  small.run();
  CHECK(small.text() == host.body);
  CHECK(server.requests().at(2).starts_with("GET /other "));
}

TEST_CASE("redirects that lead nowhere are refused", "[unit]") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"Location: /a.csv\r\n", "more than 5 redirects"},
      {"Location: file:///etc/passwd\r\n", "'file:///etc/passwd', which is neither http nor https"},
      {"Location: ftp://127.0.0.1/x\r\n", "which is neither http nor https"},
      {"", "which is no address"}};
  for (const auto& [headers, message] : cases) {
    const LoopbackServer server([&, &head = headers](const std::string&, size_t) {
      return reply("301 Moved Permanently", head, "");
    });
    SmallFetch small(server.url());
    CHECK(contains(small.failure(), message));
    CHECK(server.requests().size() == (headers == cases[0].first ? 6 : 1));
  }
  CHECK(redirect_target("https://a/b/c", "../d") == "https://a/d");
  CHECK(redirect_target("http://a/b", "https://c/d") == "https://c/d");
  CHECK(contains(error_of([] { redirect_target("https://a/b", "http://a/c"); }),
                 "less safe than https"));
}

TEST_CASE("a server that is busy is asked again, one that refuses is not", "[unit]") {
  const Host host{sample('a')};
  const LoopbackServer busy([&](const std::string& request, size_t number) {
    if (number == 0)
      return reply("503 Service Unavailable", "Retry-After: 1000\r\nContent-Length: 5\r\n",
                   "later");
    return number == 1 ? reply("429 Too Many Requests", "", "") : host(request);
  });
  SmallFetch small(busy.url());
  small.patience.longest_pause = Patience::Milliseconds(60);
  small.run();
  CHECK(small.text() == host.body);
  REQUIRE(small.told.size() == 2);
  CHECK(contains(small.told[0], "HTTP 503; trying again in 0.1 s"));
  CHECK(contains(small.told[1], "HTTP 429; trying again in 0.0 s"));
  for (const auto& [status, message] : std::vector<std::pair<std::string, std::string>>{
           {"404 Not Found", "/a.csv: HTTP 404, no such file there"},
           {"403 Forbidden", "HTTP 403, not open to everyone"},
           {"407 Proxy Authentication Required", "HTTP 407, the proxy wants a login"},
           {"204 No Content", "HTTP 204 instead of a file"}}) {
    const LoopbackServer server(
        [&, &line = status](const std::string&, size_t) { return reply(line, "", "<html>"); });
    SmallFetch other(server.url());
    CHECK(contains(other.failure(), message));
    CHECK(server.requests().size() == 1);
    CHECK(other.partial_bytes() == -1);
  }
  const LoopbackServer broken(
      [](const std::string&, size_t) { return reply("500 Error", "", ""); });
  SmallFetch third(broken.url());
  CHECK(contains(third.failure(), "HTTP 500 (3 tries); try again later"));
  CHECK(broken.requests().size() == 3);
}

TEST_CASE("without a network the message says what can be done", "[unit]") {
  std::string address;
  {
    address = LoopbackServer([](const std::string&, size_t) { return Reply{}; }).url();
  }
  address.insert(7, "me:secret@");
  SmallFetch small(address);
  const auto text = small.failure();
  CHECK(contains(text, "(3 tries); is there a network?"));
  CHECK(contains(text, "--mirror URL"));
  CHECK_FALSE(contains(text + small.told.at(0), "secret"));
}

TEST_CASE("a proxy of the environment is used", "[unit]") {
  const Host host{sample('a')};
  const LoopbackServer proxy(host);
  SmallFetch small("http://puzzles.invalid/");
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  small.run();
  ::unsetenv("http_proxy");
  CHECK(small.text() == host.body);
  CHECK(proxy.requests().at(0).starts_with("GET http://puzzles.invalid/a.csv HTTP/1.1"));
}

}  // namespace trm::fetch
