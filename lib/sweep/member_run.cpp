#include "sweep/member_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <ctime>
#include <system_error>

#include "core/config_dump.h"
#include "core/descriptor.h"
#include "sweep/run_log.h"

namespace trm::sweep {
namespace {

constexpr size_t kLastLines = 5;

// Unlike that of any other attempt.
std::string new_attempt() {
  static int count = 0;
  char host[128] = {};
  ::gethostname(host, sizeof(host) - 1);
  return fmt::format("{} {} {} {}", host, ::getpid(), std::time(nullptr), ++count);
}

Notes notes_of(const bench::RunCost& cost) {
  const auto steps = static_cast<double>(cost.steps);
  const auto puzzles = static_cast<double>(cost.evaluated_puzzles());
  return {.state = "running",
          .attempt = new_attempt(),
          .why = {},
          .last_lines = {},
          .steps = cost.steps,
          .operations = cost.step.operations * steps + cost.step.evaluation_operations * puzzles};
}

}  // namespace

MemberRun::MemberRun(const Member& member, const bench::RunCost& cost, const Slot& slot,
                     const std::string& trainer, std::unique_ptr<FolderLock> lock,
                     const sigset_t& blocked)
    : member_(&member),
      lock_(std::move(lock)),
      notes_(notes_of(cost)),
      began_(std::chrono::steady_clock::now()) {
  const auto config = member.notes / "config.yaml", output_file = member.notes / "output.log";
  write_text(config, dump_config(member.experiment));
  write_notes(member, notes_);
  std::vector<std::string> command = {trainer, config.string()};
  for (const auto& word : overrides_of(slot, member)) command.push_back(word);
  command.insert(command.end(), {"--run", member.folder.string()});
  const Descriptor nothing{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  const Descriptor output{
      ::open(output_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644)};
  if (output.value < 0) cannot_write(output_file, errno);
  try {
    process_ = start_child({.program = trainer,
                            .arguments = command,
                            .variables = variables_of(slot, member),
                            .input = nothing.value,
                            .output = output.value,
                            .errors = output.value,
                            .kept = lock_->file(),
                            .death_signal = SIGTERM,
                            .blocked = blocked});
  } catch (const std::system_error& error) {
    throw Error(fmt::format("{}: cannot start: {}; ask for fewer with --jobs", member.name,
                            error.code().message()));
  }
}

double MemberRun::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
}

bool MemberRun::has_ended() {
  if (::waitpid(process_, &status_, WNOHANG) != process_) return false;
  code_ = WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
  return true;
}

MemberRun::End MemberRun::end(bool again) {
  auto end = End::kFailed;
  if (code_ == 0 && is_done(*member_, notes_.steps)) {
    end = End::kDone;
    notes_.state = "done";
  } else if (told_.contains(code_ - 128)) {
    end = End::kStopped;
    notes_.state = "stopped";
  } else {
    notes_.state = again ? "stopped" : "failed";
    notes_.why = WIFSIGNALED(status_) ? fmt::format("ended by signal {} ({})", WTERMSIG(status_),
                                                    ::strsignal(WTERMSIG(status_)))
                                      : fmt::format("ended with exit code {}", code_);
    notes_.last_lines = last_lines(member_->notes / "output.log", kLastLines);
  }
  write_notes(*member_, notes_);
  return end;
}

std::string trainer_beside() {
  const auto path = fs::path(own_program()).parent_path() / "trm-train";
  if (!fs::exists(path))
    throw Error(path.string() + ": missing; trm-sweep starts the trm-train that lies beside it");
  return path.string();
}

}  // namespace trm::sweep
