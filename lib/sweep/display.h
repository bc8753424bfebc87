#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace trm::sweep {

// How a study stands while its runs go on.
struct Overview {
  struct Run {
    std::string name;
    int64_t step = 0, steps = 0;
    std::optional<double> loss, rate;  // rate: steps a second
  };
  std::vector<Run> running;  // by this process
  size_t elsewhere = 0;      // taken by another one
  size_t waiting = 0, done = 0, failed = 0;
  std::optional<double> seconds_left;
};

// "2 running, 1 elsewhere, 4 waiting, 2 done, 0 failed; 12.3 steps/s; 3 min 20 s left".
std::string overview_line(const Overview& overview);
// "full-seed0  [####......]  120/300  2.3/s  loss 0.5312  1 min 18 s left", in `width` columns.
std::string run_line(const Overview::Run& run, size_t name_width, int width);

// The same, alive: on a terminal a block of lines that is drawn again, at most four times a second;
// elsewhere the one line, at most every 30 seconds.
class Display {
 public:
  struct Output {
    std::function<void(const std::string&)> write;  // gets text as it goes to the screen
    bool terminal = false;
    int width = 80;
  };

  explicit Display(Output output) : output_(std::move(output)), drawn_at_(Clock::now()) {}
  static Display to_stderr();  // silent where the log is quiet
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;
  ~Display() { clear(); }

  // Whether update() would draw now.
  bool is_due() const;
  void update(const Overview& overview);
  // Takes the block away for other output; the next update draws it again.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  Output output_;
  Clock::time_point drawn_at_;
  size_t drawn_lines_ = 0;
};

}  // namespace trm::sweep
