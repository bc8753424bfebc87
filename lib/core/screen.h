#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace trm {

// The terminal of standard input and output, taken over as a whole: the alternate screen without a
// cursor, where keys come as they are pressed and are not shown. However the program ends, but for
// SIGKILL, the terminal is as it was, and the escape codes for that are the last that is written to
// it. One at a time.
class Screen {
 public:
  // Whether both are terminals that can be drawn on.
  static bool is_possible();
  // Call it once, before other threads are begun (core/interrupt.h says why) and in place of
  // watch_for_interrupts(): SIGINT, SIGTERM, SIGHUP and SIGQUIT end the program at once with exit
  // code 128 + signal, after whatever FinishFirst protects. Ctrl-Z gives the terminal back while
  // the program is stopped.
  static void watch_signals();

  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  struct Size {
    int columns = 80, rows = 24;
  };
  Size size() const;

  // From the top, with nothing below. A line has at most as many letters as there are columns, and
  // may have colours.
  void draw(const std::vector<std::string>& lines);

  // A letter, or one of these.
  enum Key : int { kNothing = 0, kRight = 256, kLeft, kRedraw, kGone };
  // The key that is pressed next, within that time. kRedraw: the terminal has another size or was
  // given back for a while. kGone: nothing comes from it any more.
  int wait_for_key(std::chrono::milliseconds most);

 private:
  int take_key();  // of what was read

  std::string typed_;
};

}  // namespace trm
