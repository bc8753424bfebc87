#include "fetch/http.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <new>
#include <optional>

#include "core/printable.h"
#include "core/terminal.h"

namespace trm::fetch {
namespace {

using Clock = std::chrono::steady_clock;
using End = HttpResult::End;

constexpr int kPollMilliseconds = 50;  // between two looks at whether to stop

double seconds_of(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

End end_of(CURLcode code, bool answered) {
  if (code == CURLE_OK) return End::whole;
  if (answered) return End::cut;
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return End::no_address;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return End::no_trust;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
      return End::cut;
    default:
      return End::no_connection;
  }
}

}  // namespace

// The handles of libcurl, and the request under way.
struct HttpClient::Transfer {
  CURL* easy = nullptr;
  CURLM* multi = nullptr;
  curl_slist* headers = nullptr;
  char error[CURL_ERROR_SIZE] = {};

  const HttpBody* body = nullptr;
  std::optional<HttpAnswer> answer;
  std::exception_ptr failure;  // exceptions must not cross C
  Clock::time_point window;    // since when bytes are counted to see a stall
  int64_t window_bytes = 0;

  Transfer() {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    easy = curl_easy_init();
    multi = curl_multi_init();
  }
  ~Transfer() {
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    curl_global_cleanup();
  }

  void prepare(const HttpRequest& request, const Patience& patience);
  bool stalled(const Patience& patience);
  long status() const;
  std::string header(const char* name) const;
  HttpAnswer read_answer() const;
};

void HttpClient::Transfer::prepare(const HttpRequest& request, const Patience& patience) {
  curl_easy_reset(easy);
  curl_slist_free_all(headers);
  headers = nullptr;
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_USERAGENT, "trm");
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(patience.connect.count()));
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // an interrupt does not wait for a name server
  set(CURLOPT_BUFFERSIZE, 256L << 10);
  set(CURLOPT_ERRORBUFFER, error);
  if (request.from > 0) {
    set(CURLOPT_RANGE, (std::to_string(request.from) + "-").c_str());
    headers = curl_slist_append(nullptr, ("If-Range: " + request.validator).c_str());
    set(CURLOPT_HTTPHEADER, headers);
  }
  using Callback = size_t (*)(char*, size_t, size_t, void*);
  const Callback on_body = [](char* bytes, size_t, size_t count, void* self) -> size_t {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.window_bytes += static_cast<int64_t>(count);
    try {
      if (!transfer.answer) transfer.answer = transfer.read_answer();
      const long code = transfer.answer->status;
      const bool good = code == 200 || code == 206;
      // Another count than was given ends the transfer.
      return good && (*transfer.body)(*transfer.answer, std::as_bytes(std::span(bytes, count)))
                 ? count
                 : 0;
    } catch (...) {
      transfer.failure = std::current_exception();
      return 0;
    }
  };
  set(CURLOPT_WRITEFUNCTION, on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  error[0] = '\0';
  answer.reset();
  failure = nullptr;
  window = Clock::now();
  window_bytes = 0;
}

bool HttpClient::Transfer::stalled(const Patience& patience) {
  const auto time = Clock::now() - window;
  if (time < patience.stall) return false;
  const double least = seconds_of(time) * static_cast<double>(patience.least_bytes_per_second);
  const bool slow = static_cast<double>(window_bytes) < least;
  window = Clock::now();
  window_bytes = 0;
  return slow;
}

long HttpClient::Transfer::status() const {
  long code = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
  return code;
}

std::string HttpClient::Transfer::header(const char* name) const {
  curl_header* found = nullptr;
  const bool there = curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK;
  return there ? found->value : "";
}

HttpAnswer HttpClient::Transfer::read_answer() const {
  HttpAnswer read;
  read.status = status();
  read.location = header("Location");
  read.content_range = header("Content-Range");
  const auto tag = header("ETag");
  read.validator = tag.starts_with('"') ? tag : header("Last-Modified");
  curl_off_t length = -1, retry_after = 0;
  curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
  read.length = length;
  read.retry_after = std::chrono::seconds(std::clamp<curl_off_t>(retry_after, 0, 3600));
  long version = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
  read.framed =
      length >= 0 || !header("Transfer-Encoding").empty() || version >= CURL_HTTP_VERSION_2_0;
  return read;
}

HttpClient::HttpClient(const Patience& patience)
    : patience_(patience), transfer_(std::make_unique<Transfer>()) {
  if (transfer_->easy == nullptr || transfer_->multi == nullptr) throw std::bad_alloc();
}

HttpClient::~HttpClient() = default;

HttpResult HttpClient::get(const HttpRequest& request, const HttpBody& body) {
  auto& transfer = *transfer_;
  transfer.prepare(request, patience_);
  transfer.body = &body;
  HttpResult result;
  curl_multi_add_handle(transfer.multi, transfer.easy);
  for (int running = 1;;) {
    if (curl_multi_perform(transfer.multi, &running) != CURLM_OK || running == 0) break;
    if (patience_.stopped()) {
      result.end = End::stopped;
      break;
    }
    if (transfer.stalled(patience_)) {
      result.end = End::stalled;
      result.text = fmt::format("less than {}/s for {}",
                                human_bytes(static_cast<double>(patience_.least_bytes_per_second)),
                                human_seconds(seconds_of(patience_.stall)));
      break;
    }
    curl_multi_poll(transfer.multi, nullptr, 0, kPollMilliseconds, nullptr);
  }
  int left = 0;
  const auto* message = curl_multi_info_read(transfer.multi, &left);
  if (!transfer.answer) transfer.answer = transfer.read_answer();
  if (message != nullptr && message->data.result != CURLE_OK) {
    const auto code = message->data.result;
    result.end = end_of(code, transfer.answer->status != 0);
    result.text =
        printable(transfer.error[0] != '\0' ? transfer.error : curl_easy_strerror(code), 200);
  }
  curl_multi_remove_handle(transfer.multi, transfer.easy);
  if (transfer.failure) std::rethrow_exception(transfer.failure);
  result.answer = *transfer.answer;
  return result;
}

}  // namespace trm::fetch
