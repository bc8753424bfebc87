#include "experiment/session_record.h"

#include <ATen/Version.h>
#include <fmt/format.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>

#include "core/hash.h"
#include "core/log.h"
#include "experiment/metrics.h"
#include "format/json_lines.h"
#include "kernels/packed.h"
#include "tensor/device.h"
#include "tensor/values.h"

namespace trm::experiment {
namespace {

using nlohmann::json;

// UTC, as ISO 8601 has it.
std::string now() {
  const auto time = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string host_name() {
  char host[128] = {};
  ::gethostname(host, sizeof(host) - 1);
  return host;
}

std::vector<std::string> command_line() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> arguments;
  for (std::string argument; std::getline(file, argument, '\0');) arguments.push_back(argument);
  return arguments;
}

// Model and instruction set, by which LibTorch chooses its code, and whether ours is left out.
std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  std::string name = "unknown";
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    name = line.substr(std::min(line.find(':') + 2, line.size()));
    break;
  }
  const bool tiles = kernels::has_tiles(at::kCPU, at::kFloat);
  return name + ", " + at::get_cpu_capability() + (tiles ? "" : ", no tiles");
}

std::string hash_of(const model::Model& model) {
  Sha256 hash;
  for (const auto& [name, value] : model.named_weights()) {
    const auto host = value.detach().to(at::kCPU).contiguous();
    hash.add(name);
    hash.add(bytes_of(host));
  }
  return hash.hex();
}

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

SessionRecord::SessionRecord(const Experiment& experiment, const train::Trainer& trainer,
                             int64_t steps, const run::RunFolder& run)
    : trainer_(trainer), file_(run.sessions()) {
  std::ifstream file(file_);
  before_.assign(std::istreambuf_iterator<char>(file), {});
  if (!before_.empty() && !before_.ends_with('\n')) before_ += '\n';
  std::vector<json> earlier;
  std::istringstream lines(before_);
  format::each_json_line(lines, [&](json line) { earlier.push_back(std::move(line)); });
  std::error_code unknown;
  line_ = {{"command", command_line()},
           {"folder", fs::current_path(unknown).string()},
           {"host", host_name()},
           {"process", ::getpid()},
           {"started", now()},
           {"made_by", made_by()},
           {"libtorch", torch_version()},
           {"processor", processor()},
           {"device", experiment.device},
           {"threads", experiment.threads},
           {"steps", steps},
           {"first_step", trainer.step()}};
  if (trainer.step() == 0 && !experiment.init.from.empty()) {
    line_["init_sha256"] = hash_of(trainer.model());
  }
  check_start(earlier);
  if (trainer.step() > 0) warn_of_changes(earlier);
  write_text(file_, before_ + line_.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
  keep_line(fmt::format("== {} on {}: {}", line_["started"].get<std::string>(), host_name(),
                        fmt::join(command_line(), " ")));
}

SessionRecord::~SessionRecord() {
  if (!line_.contains("ended")) end(trainer_.step(), "failed");
}

void SessionRecord::end(int64_t last_step, const std::string& how) {
  line_["ended"] = now();
  line_["last_step"] = last_step;
  line_["end"] = how;
  try {
    write_text(file_, before_ + line_.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
  } catch (const Error& error) {
    log_warning(error.what());
  }
}

void SessionRecord::check_start(const std::vector<json>& earlier) const {
  if (!line_.contains("init_sha256")) return;
  for (const auto& session : earlier) {
    if (!session.contains("init_sha256") || session["init_sha256"] == line_["init_sha256"])
      continue;
    throw Error(
        "init.from: not the weights that the run was begun with; put those back, or start "
        "another run with --run");
  }
}

void SessionRecord::warn_of_changes(const std::vector<json>& earlier) const {
  if (earlier.empty()) return;
  std::string changes;
  for (const char* key : {"libtorch", "processor", "device"}) {
    const auto& before = earlier.back();
    if (!before.contains(key) || before[key] == json(line_[key])) continue;
    changes += fmt::format("{}{} {} (before: {})", changes.empty() ? "" : ", ", key,
                           text_of(json(line_[key])), text_of(before[key]));
  }
  if (changes.empty()) return;
  log_warning("continued with " + changes +
              ": the last bits of the numbers may differ from those of a run without a change");
}

}  // namespace trm::experiment
