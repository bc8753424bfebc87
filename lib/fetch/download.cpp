#include "fetch/download.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <thread>

#include "core/error.h"
#include "core/terminal.h"
#include "fetch/http.h"
#include "fetch/web_address.h"

namespace trm::fetch {
namespace {

using Milliseconds = Patience::Milliseconds;
using End = HttpResult::End;

constexpr int kMostRedirects = 5;
constexpr int kMostTries = 100;  // also of a server that brings a little each time

// What a partial file is a part of, as it is noted beside it.
struct Origin {
  std::string url, validator;
  int64_t bytes = -1;  // -1: unknown

  std::string text() const { return fmt::format("{}\n{}\n{}\n", url, validator, bytes); }
  static Origin read(const std::string& note);
};

Origin Origin::read(const std::string& note) {
  const auto first = note.find('\n');
  const auto second = first == std::string::npos ? first : note.find('\n', first + 1);
  if (second == std::string::npos) return {};
  Origin origin{note.substr(0, first), note.substr(first + 1, second - first - 1), -1};
  std::from_chars(note.data() + second + 1, note.data() + note.size(), origin.bytes);
  return origin;
}

// Of "bytes 5-9/10": 5 and 10.
struct Part {
  int64_t begin = -1, whole = -1;
};

Part read_part(const std::string& text) {
  Part part;
  const auto slash = text.find('/');
  if (!text.starts_with("bytes ") || slash == std::string::npos) return part;
  std::from_chars(text.data() + 6, text.data() + slash, part.begin);
  std::from_chars(text.data() + slash + 1, text.data() + text.size(), part.whole);
  return part;
}

bool redirects(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// Another try may help.
bool passes(long status) {
  return status == 408 || status == 425 || status == 429 || status >= 500;
}

// Why a try brought no whole file where another may.
struct Setback {
  std::string why;
  bool connected = true;
  Milliseconds pause{0};  // that the server asks for
};

class Downloader {
 public:
  Downloader(const Download& what, PartialFile& file, Progress& progress, const Patience& patience)
      : what_(what),
        shown_(without_login(what.url)),
        file_(file),
        progress_(progress),
        patience_(patience),
        client_(patience) {}

  bool run();

 private:
  // Nothing when the file is whole, or it was stopped.
  std::optional<Setback> try_once();
  std::optional<Setback> judge(const HttpResult& result);
  void begin(const HttpAnswer& answer);
  bool continues(const HttpAnswer& answer);
  bool take(const HttpAnswer& answer, std::span<const std::byte> bytes);
  void pause(Milliseconds time) const;
  [[noreturn]] void give_up(const Setback& setback, int tries) const;
  [[noreturn]] void fail(const std::string& text) const { throw Error(shown_ + ": " + text); }

  const Download& what_;
  std::string shown_;
  PartialFile& file_;
  Progress& progress_;
  const Patience& patience_;
  HttpClient client_;
  Origin origin_;
  bool begun_ = false;   // the body of the request under way
  bool misfit_ = false;  // and it is not the rest of what is there
  bool whole_ = false;
};

bool Downloader::run() {
  int64_t most = file_.bytes();
  int in_vain = 0;
  auto wait = patience_.first_pause;
  for (int tries = 1;; ++tries) {
    const auto setback = try_once();
    if (!setback || patience_.stopped()) return whole_;
    const bool advanced = file_.bytes() > most;
    most = std::max(most, file_.bytes());
    in_vain = advanced ? 1 : in_vain + 1;
    if (advanced) wait = patience_.first_pause;
    if (in_vain >= patience_.tries || tries >= kMostTries) give_up(*setback, tries);
    const auto time = std::min(std::max(wait, setback->pause), patience_.longest_pause);
    wait = std::min(2 * wait, patience_.longest_pause);
    progress_.clear();
    patience_.tell(fmt::format("{}: {}; trying again in {}", shown_, setback->why,
                               human_seconds(std::chrono::duration<double>(time).count())));
    pause(time);
  }
}

std::optional<Setback> Downloader::try_once() {
  origin_ = Origin::read(file_.note());
  if (file_.bytes() > 0) {
    const bool same = origin_.url == shown_;
    whole_ = same && file_.bytes() == origin_.bytes;
    if (whole_) return std::nullopt;
    if (!same || origin_.validator.empty()) file_.discard();
  }
  std::string url = what_.url;
  for (int hop = 0; hop <= kMostRedirects; ++hop) {
    begun_ = misfit_ = false;
    const auto result =
        client_.get({url, file_.bytes(), origin_.validator},
                    [&](const HttpAnswer& answer, std::span<const std::byte> bytes) {
                      return take(answer, bytes);
                    });
    if (result.end == End::stopped) return std::nullopt;
    if (!redirects(result.answer.status)) return judge(result);
    try {
      url = redirect_target(url, result.answer.location);
    } catch (const Error& error) {
      fail(error.what());
    }
  }
  fail(fmt::format("more than {} redirects; use another copy with --mirror URL", kMostRedirects));
}

std::optional<Setback> Downloader::judge(const HttpResult& result) {
  const auto& answer = result.answer;
  const auto code = "HTTP " + std::to_string(answer.status);
  if (result.end == End::no_address) {
    fail(result.text + "; an address begins with https:// or http://");
  }
  if (result.end == End::no_trust) {
    fail(result.text + "; check the clock and the ca-certificates of this machine");
  }
  if (answer.status == 0) return Setback{result.text, result.end != End::no_connection};
  if (answer.status == 416) {
    file_.discard();
    return Setback{"the part that is here is no part of the file there"};
  }
  if (passes(answer.status)) return Setback{code, true, answer.retry_after};
  if (answer.status == 404 || answer.status == 410) {
    fail(code + ", no such file there; name another copy with --mirror URL");
  }
  if (answer.status == 407) fail(code + ", the proxy wants a login; give it in https_proxy");
  if (answer.status == 401 || answer.status == 403) {
    fail(code + ", not open to everyone; name another copy with --mirror URL");
  }
  if (answer.status != 200 && answer.status != 206) {
    fail(code + " instead of a file; name another copy with --mirror URL");
  }
  if (result.end == End::whole && !begun_) begin(answer);
  if (misfit_) {
    file_.discard();
    return Setback{"the answer is not the rest of what is here; starting again"};
  }
  whole_ = result.end == End::whole && (origin_.bytes < 0 || file_.bytes() == origin_.bytes);
  if (whole_) return std::nullopt;
  if (result.end == End::stalled) return Setback{result.text};
  return Setback{origin_.bytes < 0
                     ? fmt::format("cut after {} bytes", file_.bytes())
                     : fmt::format("cut after {} of {} bytes", file_.bytes(), origin_.bytes)};
}

// Prepares the file for the body of an answer.
void Downloader::begin(const HttpAnswer& answer) {
  begun_ = true;
  if (answer.status == 206) {
    misfit_ = !continues(answer);
    if (misfit_) return;
  } else {
    // Of anything else, a connection that is cut looks like the end of the file.
    if (!answer.framed && !what_.bytes) {
      fail("the server does not say how large the file is; name another copy with --mirror URL");
    }
    origin_ = {shown_, answer.validator,
               answer.length >= 0 ? answer.length : what_.bytes.value_or(-1)};
    file_.restart(origin_.text());
  }
  if (what_.bytes && origin_.bytes >= 0 && origin_.bytes != *what_.bytes) {
    fail(fmt::format(
        "{} bytes there, not {}: another version; name another copy with --mirror URL, or "
        "choose another folder",
        origin_.bytes, *what_.bytes));
  }
  if (origin_.bytes > what_.most_bytes) {
    fail(
        fmt::format("{} bytes there, more than such a file can have ({}); name another copy with "
                    "--mirror URL",
                    origin_.bytes, what_.most_bytes));
  }
  progress_.expect(std::max<int64_t>(origin_.bytes, 0), file_.bytes());
}

// Some servers heed Range, but not If-Range.
bool Downloader::continues(const HttpAnswer& answer) {
  const auto part = read_part(answer.content_range);
  const bool fits = file_.bytes() > 0 && part.begin == file_.bytes() && part.whole > part.begin &&
                    answer.length <= part.whole - part.begin;
  const bool same = (origin_.bytes < 0 || origin_.bytes == part.whole) &&
                    (answer.validator.empty() || answer.validator == origin_.validator);
  if (fits && same) origin_.bytes = part.whole;
  return fits && same;
}

bool Downloader::take(const HttpAnswer& answer, std::span<const std::byte> bytes) {
  if (!begun_) begin(answer);
  if (misfit_) return false;
  const auto most = origin_.bytes >= 0 ? origin_.bytes : what_.most_bytes;
  if (static_cast<int64_t>(bytes.size()) > most - file_.bytes()) {
    file_.discard();
    fail(fmt::format("more than {} bytes came; name another copy with --mirror URL", most));
  }
  file_.append(bytes);
  progress_.update(file_.bytes(), what_.name);
  return true;
}

void Downloader::pause(Milliseconds time) const {
  const auto end = std::chrono::steady_clock::now() + time;
  for (auto left = time; left > Milliseconds(0) && !patience_.stopped();) {
    std::this_thread::sleep_for(std::min(left, Milliseconds(50)));
    left = std::chrono::duration_cast<Milliseconds>(end - std::chrono::steady_clock::now());
  }
}

void Downloader::give_up(const Setback& setback, int tries) const {
  const auto what = fmt::format("{} ({} tries)", setback.why, tries);
  if (!setback.connected) {
    fail(what +
         "; is there a network? Set https_proxy where it needs a proxy, name a copy within reach "
         "with --mirror URL, or fetch on another machine and copy the folder");
  }
  fail(what + (file_.bytes() > 0 ? "; the same command goes on from there" : "; try again later") +
       ", or name another copy with --mirror URL");
}

}  // namespace

bool download(const Download& what, PartialFile& file, Progress& progress,
              const Patience& patience) {
  return Downloader(what, file, progress, patience).run();
}

}  // namespace trm::fetch
