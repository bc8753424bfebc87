#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace trm {

// How far long work has come, on stderr: on a terminal one line that is drawn again, at most ten
// times a second, with a bar, rate and time left; elsewhere plain lines, at most one every ten
// seconds, and a last one. Nothing where the log is quiet.
class Progress {
 public:
  struct Output {
    std::function<void(const std::string&)> write;  // gets text as it goes to the screen
    bool terminal = false;
    int width = 80;
  };

  Progress(std::string title, int64_t total, Output output, int64_t start = 0);
  static Progress to_stderr(std::string title, int64_t total, int64_t start = 0);
  static Progress silent() { return {"", 0, {}}; }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  // What there is to do, where that is known only once work has begun, and what of it was done
  // before.
  void expect(int64_t total, int64_t start = 0);
  void update(int64_t done, const std::string& note = "");
  void finish();
  // Clears the line for other output; the next update draws it again.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::string line(double seconds) const;

  std::string title_, note_;
  int64_t total_, start_, done_;
  Output output_;
  Clock::time_point began_, drawn_{};
  bool shown_ = false, finished_ = false;
};

}  // namespace trm
