#include "dist/launch.h"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <thread>

#include "core/error.h"
#include "core/printable.h"
#include "dist/node_list.h"

namespace trm::dist {
namespace {

constexpr int kMostRanks = 1 << 20;

// A launcher's variables: each is named in the message about it.
class Variables {
 public:
  Variables(const Environment& environment, std::string by)
      : environment_(environment), by_(std::move(by)) {}

  bool has(const std::string& name) const { return environment_(name).has_value(); }
  std::string text(const std::string& name) const {
    const auto value = environment_(name);
    if (!value || value->empty())
      throw Error(
          fmt::format("{}: not set, though others of {} are; start all ranks with one "
                      "launcher, or set it",
                      name, by_));
    return *value;
  }
  std::string text_or(const std::string& name, const std::string& otherwise) const {
    const auto value = environment_(name);
    return value && !value->empty() ? *value : otherwise;
  }
  int64_t number(const std::string& name, int64_t least, int64_t most) const {
    const auto value = text(name);
    int64_t result = 0;
    const auto* end = value.data() + value.size();
    const auto [stop, code] = std::from_chars(value.data(), end, result);
    if (code != std::errc() || stop != end || result < least || result > most)
      throw Error(
          fmt::format("{}: '{}' is no whole number from {} to {}; {} sets it, or whoever "
                      "starts the ranks",
                      name, printable(value), least, most, by_));
    return result;
  }
  int64_t number_or(const std::string& name, int64_t otherwise, int64_t least, int64_t most) const {
    return text_or(name, "").empty() ? otherwise : number(name, least, most);
  }

  int count(const std::string& name) const { return static_cast<int>(number(name, 1, kMostRanks)); }
  int count_or(const std::string& name, int otherwise) const {
    return static_cast<int>(number_or(name, otherwise, 1, kMostRanks));
  }
  // A number below `count`, which the variable `of` says.
  int index(const std::string& name, int count, const std::string& of) const {
    const auto value = static_cast<int>(number(name, 0, kMostRanks));
    if (value >= count)
      throw Error(
          fmt::format("{}: {}, though {} is {}; ranks count from 0", name, value, of, count));
    return value;
  }
  uint16_t port(const std::string& name) const {
    return static_cast<uint16_t>(number(name, 1, 65535));
  }

 private:
  const Environment& environment_;
  std::string by_;
};

// What all launchers share: who of how many, here and in all.
Launch numbered(const Variables& variables, const std::string& by, const std::string& rank,
                const std::string& ranks) {
  Launch launch;
  launch.by = by;
  launch.ranks = variables.count(ranks);
  launch.rank = variables.index(rank, launch.ranks, ranks);
  return launch;
}

// No more of them here than there are.
void place(Launch& launch, const Variables& variables, const std::string& local_rank,
           int local_ranks, int hosts) {
  launch.local_ranks = std::min(local_ranks, launch.ranks);
  launch.hosts = hosts;
  const auto most = local_ranks > 1 ? launch.local_ranks : launch.ranks;
  launch.local_rank = variables.index(local_rank, most, "the number of ranks there");
}

std::optional<Launch> of_ours(const Environment& environment) {
  const Variables variables(environment, "trm-train --ranks");
  if (!variables.has("TRM_RANK")) return std::nullopt;
  auto launch = numbered(variables, "trm-train --ranks", "TRM_RANK", "TRM_RANKS");
  launch.local_rank = launch.rank;
  launch.local_ranks = launch.ranks;
  launch.address = "127.0.0.1";
  launch.port = variables.port("TRM_PORT");
  launch.run = variables.text("TRM_RUN") + "/" + variables.text_or("TRM_ATTEMPT", "0");
  if (variables.has("TRM_LISTEN"))
    launch.listen = static_cast<int>(variables.number("TRM_LISTEN", 3, 1 << 20));
  return launch;
}

std::optional<Launch> of_torchrun(const Environment& environment) {
  const Variables variables(environment, "torchrun");
  if (!variables.has("RANK") && !variables.has("WORLD_SIZE")) return std::nullopt;
  // A size of 1 needs no more.
  if (variables.count("WORLD_SIZE") == 1 && !variables.has("RANK")) return Launch{};
  auto launch = numbered(variables, "torchrun", "RANK", "WORLD_SIZE");
  if (launch.alone()) return launch;
  place(launch, variables, "LOCAL_RANK", variables.count_or("LOCAL_WORLD_SIZE", 1),
        variables.count_or("GROUP_WORLD_SIZE", 0));
  launch.address = variables.text("MASTER_ADDR");
  launch.port = variables.port("MASTER_PORT");
  launch.agent_store = variables.text_or("TORCHELASTIC_USE_AGENT_STORE", "") == "True";
  launch.run = variables.text_or("TORCHELASTIC_RUN_ID", "none") + "/" +
               variables.text_or("TORCHELASTIC_RESTART_COUNT", "0");
  return launch;
}

int processors_of_host(const Variables& variables) {
  const auto online = std::max(1U, std::thread::hardware_concurrency());
  return variables.count_or("SLURM_CPUS_ON_NODE", static_cast<int>(online));
}

// A port that all steps' ranks work out alike, below those that systems give to clients.
uint16_t slurm_port(int64_t job, int64_t step) {
  return static_cast<uint16_t>(15000 + (job * 31 + step) % 16000);
}

std::optional<Launch> of_mpirun(const Environment& environment) {
  const Variables variables(environment, "mpirun");
  const std::string prefix = "OMPI_COMM_WORLD_";
  if (!variables.has(prefix + "RANK") && !variables.has(prefix + "SIZE")) return std::nullopt;
  auto launch = numbered(variables, "mpirun", prefix + "RANK", prefix + "SIZE");
  if (launch.alone()) return launch;
  const int here = variables.count_or(prefix + "LOCAL_SIZE", 1);
  place(launch, variables, prefix + "LOCAL_RANK", here, here == launch.ranks ? 1 : 0);
  launch.host_processors = processors_of_host(variables);
  launch.address =
      variables.text_or("MASTER_ADDR", launch.hosts == 1 ? "127.0.0.1" : std::string());
  if (launch.address.empty())
    throw Error(
        "MASTER_ADDR: not set; mpirun does not tell ranks where the first is: mpirun -x "
        "MASTER_ADDR=its-host");
  launch.port = static_cast<uint16_t>(variables.number_or("MASTER_PORT", 29500, 1, 65535));
  launch.run = variables.text_or("PMIX_NAMESPACE", "mpirun");
  return launch;
}

// Steps of salloc's and sbatch's own shells have numbers near the end of 32 bits.
constexpr int64_t kFirstShellStep = 0xfffffff0;

std::optional<Launch> of_srun(const Environment& environment) {
  const Variables variables(environment, "srun");
  if (!variables.has("SLURM_PROCID")) return std::nullopt;
  if (!variables.has("SLURM_STEP_ID")) {
    if (variables.number("SLURM_PROCID", 0, kMostRanks) == 0) return std::nullopt;
  }
  const auto step = variables.number("SLURM_STEP_ID", 0, 0xffffffff);
  if (step >= kFirstShellStep) return std::nullopt;
  const std::string ranks =
      variables.has("SLURM_STEP_NUM_TASKS") ? "SLURM_STEP_NUM_TASKS" : "SLURM_NTASKS";
  auto launch = numbered(variables, "srun", "SLURM_PROCID", ranks);
  if (launch.alone()) return launch;
  const int hosts =
      variables.count_or("SLURM_STEP_NUM_NODES", variables.count_or("SLURM_NNODES", 0));
  const std::string tasks = "SLURM_STEP_TASKS_PER_NODE";
  int here = hosts == 1 ? launch.ranks : 1;
  if (variables.has(tasks) && variables.has("SLURM_NODEID")) {
    const auto node = static_cast<int>(variables.number("SLURM_NODEID", 0, kMostRanks));
    here = tasks_of_node(variables.text(tasks), node, tasks);
  }
  place(launch, variables, "SLURM_LOCALID", here, hosts);
  launch.host_processors = processors_of_host(variables);
  const std::string nodes =
      variables.has("SLURM_STEP_NODELIST") ? "SLURM_STEP_NODELIST" : "SLURM_JOB_NODELIST";
  launch.address = variables.text_or("MASTER_ADDR", "");
  if (launch.address.empty()) launch.address = first_node(variables.text(nodes), nodes);
  const auto job = variables.number("SLURM_JOB_ID", 0, int64_t{1} << 48);
  launch.port =
      static_cast<uint16_t>(variables.number_or("MASTER_PORT", slurm_port(job, step), 1, 65535));
  launch.run = fmt::format("{}.{}.{}", job, step, variables.text_or("SLURM_RESTART_COUNT", "0"));
  return launch;
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Launch read_launch(const Environment& environment) {
  for (const auto read : {of_ours, of_torchrun, of_mpirun, of_srun}) {
    if (const auto launch = read(environment)) return launch->alone() ? Launch{} : *launch;
  }
  return {};
}

int64_t share_of_processors(const Launch& launch) {
  cpu_set_t set;
  CPU_ZERO(&set);
  // The mask of the process, which launchers narrow, and `taskset`.
  const bool known = ::sched_getaffinity(0, sizeof set, &set) == 0;
  const auto processors =
      known ? int64_t{CPU_COUNT(&set)} : int64_t{std::thread::hardware_concurrency()};
  if (processors < launch.host_processors) return processors;
  return std::max<int64_t>(1, processors / std::max(1, launch.local_ranks));
}

}  // namespace trm::dist
