#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/file.h"
#include "run/checkpoint_folders.h"
#include "run/event_log.h"
#include "run/run_log.h"

namespace trm::run {

// runs/sudoku-20260101-120000 for configs/sudoku.yaml: the name of a run that was given none.
std::filesystem::path default_run_folder(const std::filesystem::path& config);

using Texts = std::map<std::string, std::string>;  // name -> text

// One training run on disk:
//   config.yaml          resolved, written before the first step
//   metrics.jsonl        one JSON object a line; lines belong to a step. It is no state: a run goes
//                        on without it
//   events.out.tfevents  the same for TensorBoard
//   sessions.jsonl       one JSON object a process that trained here
//   console.log          what they printed
//   checkpoints/step_N   the newest few, every so many and the best
//   outputs/             what evaluations made: texts, and tensors where evaluate.outputs names
//                        some
//   lock                 held while a process trains here
class RunFolder {
 public:
  // Creates the folder, or opens one that a run was started in, and locks it.
  explicit RunFolder(const std::filesystem::path& folder);
  // The folder as a rank has it that another rank writes: it is not locked, and what would write
  // to it does nothing.
  static std::unique_ptr<RunFolder> of_another_rank(const std::filesystem::path& folder);
  // Removes a folder of its own making in which no run was started.
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  bool writes() const { return lock_ != nullptr; }
  std::filesystem::path config() const { return path_ / "config.yaml"; }
  bool started() const { return std::filesystem::exists(config()); }
  void start(const std::string& config_yaml);

  // Appends one line and makes it last; nothing of it stays when the disk is full. The events get
  // it as well.
  void log(const nlohmann::ordered_json& line);
  int64_t log_bytes() const;
  // Cuts the log to what it was at a checkpoint, so that continuing writes the rest again. One that
  // is shorter stays as it is, less a last line without its end, and false is returned.
  bool rewind_log(int64_t bytes);
  // Adds the lines of evaluations that checkpoints remember and the log does not: the best
  // checkpoint is known again.
  void restore_evaluations();
  // For a run that begins at step 0: a log with lines in it gets another name, which is returned.
  std::optional<std::filesystem::path> put_log_aside();

  // From here on there are events for TensorBoard, once metrics.jsonl is as the run goes on with it
  // (EventLog has the arguments).
  void open_events(int64_t step, int64_t bytes, const std::string& config_yaml,
                   bool images_behind = false);
  int64_t event_bytes() const { return events_ ? events_->bytes() : 0; }
  void log_image(int64_t step, const std::string& name, const format::Image& image);

  // What an evaluation ("test", ...) after a step made: outputs/TITLE_step_N.safetensors, and texts
  // outputs/TITLE_step_N_NAME.
  fs::path outputs_file(const std::string& title, int64_t step) const;
  void save_texts(const std::string& title, int64_t step, const Texts& texts) const;
  // The texts of the last such evaluation before that step; none where there is none.
  Texts texts_before(const std::string& title, int64_t step) const;

  std::filesystem::path checkpoint(int64_t step) const { return checkpoint_folder(path_, step); }
  // The newest checkpoint that is whole; nothing where the run has none yet. Damaged ones are
  // reported through `warn`, passed over and set aside.
  std::optional<Checkpoint> latest(const Warn& warn) const;

  // The best step of the log, of those that have a checkpoint (best_line() says how).
  std::optional<int64_t> best(const std::vector<Score>& scores) const;

  std::filesystem::path sessions() const { return path_ / "sessions.jsonl"; }
  std::filesystem::path console_log() const { return path_ / "console.log"; }

 private:
  struct Follow {};
  RunFolder(const std::filesystem::path& folder, Follow) : path_(folder), made_(false) {}

  std::filesystem::path output(const std::string& title, int64_t step) const;

  std::filesystem::path path_;
  bool made_;  // by this object
  std::unique_ptr<FolderLock> lock_;
  std::optional<EventLog> events_;
};

}  // namespace trm::run
