#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "fetch/fetch.h"
#include "tests/catch.h"
#include "tests/fetch/loopback_server.h"
#include "tests/scratch_folder.h"

namespace trm::fetch {

using Reply = LoopbackServer::Reply;

// Text in which no part equals another.
inline std::string sample(char mark, int lines = 20'000) {
  std::string text = "source,question\n";
  for (int i = 0; i < lines; ++i) text += mark + std::to_string(i) + "\n";
  return text;
}

inline Reply reply(const std::string& status, const std::string& headers, const std::string& body) {
  return {"HTTP/1.1 " + status + "\r\n" + headers + "Connection: close\r\n\r\n" + body};
}

inline std::string length_of(const std::string& body) {
  return "Content-Length: " + std::to_string(body.size()) + "\r\n";
}

// Of a request; empty where it is not there.
inline std::string header_of(const std::string& request, const std::string& name) {
  const auto at = request.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const auto begin = at + name.size() + 4;
  return request.substr(begin, request.find('\r', begin) - begin);
}

// A server as it should be: ranges, if the file is still the one that If-Range names.
struct Host {
  std::string body;
  std::string tag = "\"v1\"";
  bool heeds_if_range = true;

  Reply operator()(const std::string& request, size_t = 0) const {
    const auto range = header_of(request, "Range");
    const auto headers = "ETag: " + tag + "\r\n";
    if (range.empty() || (heeds_if_range && header_of(request, "If-Range") != tag)) {
      return reply("200 OK", headers + length_of(body), body);
    }
    const auto begin = std::stoul(range.substr(6));
    if (begin >= body.size())
      return reply("416 Range Not Satisfiable", "Content-Length: 0\r\n", "");
    const auto rest = body.substr(begin);
    return reply("206 Partial Content",
                 headers + length_of(rest) + "Content-Range: bytes " + std::to_string(begin) + "-" +
                     std::to_string(body.size() - 1) + "/" + std::to_string(body.size()) + "\r\n",
                 rest);
  }
  // What the server sends of it before the connection is cut.
  Reply cut(size_t bytes, const std::string& request = "",
            Reply::Then then = Reply::Then::closes) const {
    auto whole = (*this)(request);
    whole.text.resize(std::min(whole.text.size(), whole.text.find("\r\n\r\n") + 4 + bytes));
    whole.then = then;
    return whole;
  }
};

// Fetches a set of one file, a.csv, with the patience of milliseconds.
class SmallFetch {
 public:
  explicit SmallFetch(const std::string& address) : base(address) {
    for (const char* name :
         {"http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"}) {
      ::unsetenv(name);
    }
    patience.first_pause = Patience::Milliseconds(1);
    patience.longest_pause = Patience::Milliseconds(4);
    patience.tries = 3;
    patience.stopped = [] { return false; };
    patience.tell = [this](const std::string& text) { told.push_back(text); };
  }
  SmallFetch(const SmallFetch&) = delete;
  SmallFetch& operator=(const SmallFetch&) = delete;

  FetchResult run() {
    auto progress = Progress::silent();
    return fetch(
        {.set = {.name = "small", .about = "", .base = base, .next = "", .files = {&file, 1}},
         .folder = out(),
         .mirror = mirror,
         .patience = patience},
        progress);
  }
  // The message of a fetch that fails, which leaves nothing under the file's name.
  std::string failure() {
    const auto text = error_of([&] { run(); });
    CHECK_FALSE(fs::exists(path()));
    return text;
  }

  fs::path out() const { return scratch / "out"; }
  fs::path path() const { return out() / "a.csv"; }
  std::string text() const { return read_text(path()); }
  int64_t partial_bytes() const {
    const auto partial = out() / "a.csv.partial";
    return fs::exists(partial) ? static_cast<int64_t>(fs::file_size(partial)) : -1;
  }

  ScratchFolder scratch;
  std::string base, mirror;
  PublicFile file{"a.csv", "source,", 1 << 20};
  Patience patience;
  std::vector<std::string> told;
};

}  // namespace trm::fetch
