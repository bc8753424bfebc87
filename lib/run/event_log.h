#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "format/png.h"

namespace trm::run {

// The event file of a run, events.out.tfevents.N.trm, which TensorBoard shows: the numbers of every
// line of metrics.jsonl under their names, the config as text, and boards. It follows from the rest
// of the run but for the boards, so that nothing that is wrong with it stops the run: a fault is
// said once, and mended when the run goes on.
//
// A run that goes on from a checkpoint has the events up to there in a new file of the next number,
// and the one before it is empty: who watches the folder has read that one, finds no more in it,
// and takes the new one from its beginning (format/event_records.h).
class EventLog {
 public:
  // Of a run that begins at step 0, or that goes on after `step` steps with `bytes` of events.
  // Where the file is damaged or shorter, or `bytes` is 0, events are made anew from metrics.jsonl,
  // which is to be as the run goes on with it. `images_behind`: images stay that come after those
  // bytes, of a test whose line stays in the log.
  EventLog(const std::filesystem::path& run, int64_t step, int64_t bytes,
           const std::string& config_yaml, bool images_behind = false);

  void line(const nlohmann::ordered_json& line);
  void image(int64_t step, const std::string& name, const format::Image& image);

  // That the file has now; 0 where it cannot be relied upon.
  int64_t bytes() const { return failed_ ? 0 : bytes_; }

 private:
  // The whole records up to there; false where that is no end of one.
  bool keep(int64_t bytes, const std::string& config_yaml, bool images_behind);
  void make_anew(int64_t step);
  void open_next(std::string_view content);
  void append(std::string_view records);
  void fail(const std::string& why);

  std::filesystem::path run_, file_;
  std::ofstream stream_;
  int64_t bytes_ = 0;
  bool failed_ = false, has_config_ = false;
};

// The event file of a run as it is now; an empty path where there is none.
std::filesystem::path event_file(const std::filesystem::path& run);

}  // namespace trm::run
