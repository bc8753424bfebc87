#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "fetch/patience.h"

namespace trm::fetch {

struct HttpRequest {
  std::string url;
  int64_t from = 0;       // the first byte that is wanted,
  std::string validator;  // if the file there is still the one with this ETag or date
};

// The head of an answer.
struct HttpAnswer {
  long status = 0;  // 0: none came
  std::string location, content_range;
  std::string
      validator;        // an ETag that promises the same bytes, or else the date; empty for neither
  int64_t length = -1;  // of the body; -1: unknown
  bool framed = false;  // a body that is cut differs from a whole one
  Patience::Milliseconds retry_after{0};
};

struct HttpResult {
  enum class End { whole, cut, stalled, stopped, no_address, no_connection, no_trust };
  HttpAnswer answer;
  End end = End::whole;
  std::string text;  // why it is not whole
};

// Takes the body of an answer with status 200 or 206; false ends the transfer. No other body is
// read.
using HttpBody = std::function<bool(const HttpAnswer&, std::span<const std::byte>)>;

// One request after another, through libcurl and the environment's proxies. Redirects are not
// followed. What a body's taker throws comes out of get().
class HttpClient {
 public:
  explicit HttpClient(const Patience& patience);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  HttpResult get(const HttpRequest& request, const HttpBody& body);

 private:
  struct Transfer;
  const Patience& patience_;
  std::unique_ptr<Transfer> transfer_;
};

}  // namespace trm::fetch
