#include "dist/launch.h"

#include <map>

#include "dist/node_list.h"
#include "tests/catch.h"

namespace trm::dist {
namespace {

using Variables = std::map<std::string, std::string>;

Launch launch_of(const Variables& variables) {
  return read_launch([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

Variables with(Variables variables, const Variables& more) {
  for (const auto& [name, value] : more) variables[name] = value;
  return variables;
}

Variables without(Variables variables, const std::string& name) {
  variables.erase(name);
  return variables;
}

const Variables kTorchrun = {{"RANK", "5"},
                             {"WORLD_SIZE", "8"},
                             {"LOCAL_RANK", "1"},
                             {"LOCAL_WORLD_SIZE", "4"},
                             {"GROUP_WORLD_SIZE", "2"},
                             {"MASTER_ADDR", "nodeA"},
                             {"MASTER_PORT", "29501"},
                             {"TORCHELASTIC_RUN_ID", "mine"},
                             {"TORCHELASTIC_RESTART_COUNT", "2"},
                             {"TORCHELASTIC_USE_AGENT_STORE", "True"}};

const Variables kSrun = {{"SLURM_PROCID", "3"},
                         {"SLURM_NTASKS", "4"},
                         {"SLURM_LOCALID", "1"},
                         {"SLURM_NODEID", "1"},
                         {"SLURM_STEP_ID", "0"},
                         {"SLURM_JOB_ID", "4711"},
                         {"SLURM_STEP_NUM_TASKS", "4"},
                         {"SLURM_STEP_NUM_NODES", "2"},
                         {"SLURM_STEP_TASKS_PER_NODE", "2(x2)"},
                         {"SLURM_STEP_NODELIST", "node[03-05,9]"},
                         {"SLURM_JOB_NODELIST", "login,node[03-05,9]"},
                         {"SLURM_CPUS_ON_NODE", "4096"}};

const Variables kMpirun = {{"OMPI_COMM_WORLD_RANK", "2"},
                           {"OMPI_COMM_WORLD_SIZE", "4"},
                           {"OMPI_COMM_WORLD_LOCAL_RANK", "0"},
                           {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"},
                           {"MASTER_ADDR", "10.0.0.7"}};

const Variables kOurs = {{"TRM_RANK", "1"},
                         {"TRM_RANKS", "2"},
                         {"TRM_PORT", "40000"},
                         {"TRM_RUN", "77"},
                         {"TRM_ATTEMPT", "1"}};

}  // namespace

TEST_CASE("without the rank variables a process is alone, whoever started it", "[unit]") {
  for (auto variables : {kTorchrun, kSrun, kMpirun, kOurs}) {
    CHECK_FALSE(launch_of(variables).alone());
    for (const char* name : kRankVariables) variables.erase(name);
    CHECK(launch_of(variables).alone());
  }
}

TEST_CASE("a process whose launcher says nothing, or a size of 1, is alone", "[unit]") {
  for (const Variables& variables :
       {Variables{}, Variables{{"WORLD_SIZE", "1"}}, Variables{{"RANK", "0"}, {"WORLD_SIZE", "1"}},
        Variables{{"MASTER_ADDR", "nodeA"}, {"MASTER_PORT", "1234"}, {"LOCAL_RANK", "0"}},
        Variables{{"OMPI_COMM_WORLD_RANK", "0"}, {"OMPI_COMM_WORLD_SIZE", "1"}},
        with(kSrun, {{"SLURM_PROCID", "0"}, {"SLURM_STEP_NUM_TASKS", "1"}}),
        with(kOurs, {{"TRM_RANK", "0"}, {"TRM_RANKS", "1"}})}) {
    const auto launch = launch_of(variables);
    CHECK(launch.alone());
    CHECK(launch.is_first());
    CHECK(launch.address.empty());
    CHECK(launch.by == "nobody");
  }
}

TEST_CASE("torchrun tells each rank who it is", "[unit]") {
  const auto launch = launch_of(kTorchrun);
  CHECK(launch.rank == 5);
  CHECK(launch.ranks == 8);
  CHECK(launch.local_rank == 1);
  CHECK(launch.local_ranks == 4);
  CHECK(launch.hosts == 2);
  CHECK(launch.address == "nodeA");
  CHECK(launch.port == 29501);
  CHECK(launch.by == "torchrun");
  CHECK(launch.run == "mine/2");
  CHECK(launch.agent_store);
  CHECK_FALSE(launch_of(without(kTorchrun, "TORCHELASTIC_USE_AGENT_STORE")).agent_store);
  // The least that any launcher sets.
  const auto least = launch_of({{"RANK", "0"},
                                {"WORLD_SIZE", "2"},
                                {"LOCAL_RANK", "0"},
                                {"MASTER_ADDR", "a"},
                                {"MASTER_PORT", "1"}});
  CHECK(least.local_ranks == 1);
  CHECK(least.hosts == 0);
  CHECK_FALSE(least.agent_store);
}

TEST_CASE("srun tells each rank who it is", "[unit]") {
  const auto launch = launch_of(kSrun);
  CHECK(launch.rank == 3);
  CHECK(launch.ranks == 4);
  CHECK(launch.local_rank == 1);
  CHECK(launch.local_ranks == 2);
  CHECK(launch.hosts == 2);
  CHECK(launch.address == "node03");
  CHECK(launch.by == "srun");
  CHECK(launch.host_processors == 4096);
  // Between services' ports and those that systems give to clients, and every rank's the same.
  CHECK(launch.port >= 15000);
  CHECK(launch.port < 31000);
  CHECK(launch_of(with(kSrun, {{"SLURM_PROCID", "0"}, {"SLURM_NODEID", "0"}})).port == launch.port);
  CHECK(launch_of(with(kSrun, {{"SLURM_STEP_ID", "1"}})).port != launch.port);
  CHECK(launch_of(with(kSrun, {{"SLURM_JOB_ID", "4712"}})).port != launch.port);
  const auto led = launch_of(with(kSrun, {{"MASTER_ADDR", "ib03"}, {"MASTER_PORT", "1234"}}));
  CHECK(led.address == "ib03");
  CHECK(led.port == 1234);
  CHECK(launch_of(without(kSrun, "SLURM_STEP_NODELIST")).address == "login");
  CHECK(launch_of(without(kSrun, "SLURM_STEP_NUM_TASKS")).ranks == 4);
}

TEST_CASE("a shell of salloc or sbatch is no rank", "[unit]") {
  // Before any step; the batch script; the interactive step's shell.
  CHECK(launch_of({{"SLURM_JOB_ID", "7"}, {"SLURM_NTASKS", "4"}}).alone());
  const auto shell = with(kSrun, {{"SLURM_PROCID", "0"}});
  CHECK(launch_of(without(shell, "SLURM_STEP_ID")).alone());
  CHECK(launch_of(with(shell, {{"SLURM_STEP_ID", "4294967291"}})).alone());
  CHECK(launch_of(with(shell, {{"SLURM_STEP_ID", "4294967290"}})).alone());
  // A rank other than the first is one, whatever else is missing.
  CHECK(contains(error_of([] { launch_of(without(kSrun, "SLURM_STEP_ID")); }),
                 "SLURM_STEP_ID: not set"));
}

TEST_CASE("mpirun tells each rank who it is, but not where they meet", "[unit]") {
  const auto launch = launch_of(kMpirun);
  CHECK(launch.rank == 2);
  CHECK(launch.ranks == 4);
  CHECK(launch.local_rank == 0);
  CHECK(launch.local_ranks == 2);
  CHECK(launch.address == "10.0.0.7");
  CHECK(launch.port == 29500);
  CHECK(contains(error_of([] { launch_of(without(kMpirun, "MASTER_ADDR")); }),
                 "mpirun -x MASTER_ADDR="));
  const auto here =
      launch_of(with(without(kMpirun, "MASTER_ADDR"), {{"OMPI_COMM_WORLD_LOCAL_SIZE", "4"}}));
  CHECK(here.address == "127.0.0.1");
}

TEST_CASE("our own launcher comes first, then torchrun, mpirun, srun", "[unit]") {
  auto all = kSrun;
  CHECK(launch_of(all).by == "srun");
  all = with(all, kMpirun);
  CHECK(launch_of(all).by == "mpirun");
  all = with(all, kTorchrun);
  CHECK(launch_of(all).by == "torchrun");
  all = with(all, kOurs);
  const auto launch = launch_of(all);
  CHECK(launch.by == "trm-train --ranks");
  CHECK(launch.address == "127.0.0.1");
  CHECK(launch.port == 40000);
  CHECK(launch.run == "77/1");
  CHECK(launch.local_rank == 1);
  CHECK(launch.local_ranks == 2);
  CHECK_FALSE(launch.listen.has_value());
  CHECK(launch_of(with(kOurs, {{"TRM_LISTEN", "7"}})).listen == 7);
}

TEST_CASE("half of a launcher's variables is an error that names the one missing", "[unit]") {
  for (const char* name : {"RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"}) {
    const auto text = error_of([&] { launch_of(without(kTorchrun, name)); });
    CHECK(text.starts_with(std::string(name) + ": not set"));
    CHECK_FALSE(contains(text, "\n"));
  }
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
                           "OMPI_COMM_WORLD_LOCAL_RANK", "MASTER_ADDR"}) {
    CHECK(error_of([&] {
            launch_of(without(kMpirun, name));
          }).starts_with(std::string(name) + ": not set"));
  }
  for (const char* name : {"SLURM_LOCALID", "SLURM_JOB_ID"}) {
    CHECK(error_of([&] {
            launch_of(without(kSrun, name));
          }).starts_with(std::string(name) + ": not set"));
  }
  for (const char* name : {"TRM_RANKS", "TRM_PORT", "TRM_RUN"}) {
    CHECK(error_of([&] {
            launch_of(without(kOurs, name));
          }).starts_with(std::string(name) + ": not set"));
  }
}

TEST_CASE("values that cannot be are errors", "[unit]") {
  for (const char* value :
       {"", " ", "-1", "8", "x", "1x", "1.5", "99999999999999999999", "0x1", "\x1b[31m", "1\n"}) {
    const auto text = error_of([&] { launch_of(with(kTorchrun, {{"RANK", value}})); });
    CHECK(text.starts_with("RANK: "));
    CHECK_FALSE(contains(text, "\n"));
    CHECK_FALSE(contains(text, "\x1b"));
  }
  CHECK(error_of([] {
          launch_of(with(kTorchrun, {{"RANK", "8"}}));
        }) == "RANK: 8, though WORLD_SIZE is 8; ranks count from 0");
  for (const char* value : {"0", "-4", "many", "2000000"})
    CHECK(contains(error_of([&] {
                     launch_of(with(kTorchrun, {{"WORLD_SIZE", value}}));
                   }),
                   "WORLD_SIZE: "));
  for (const char* value : {"0", "65536", "http", "-1"})
    CHECK(contains(error_of([&] {
                     launch_of(with(kTorchrun, {{"MASTER_PORT", value}}));
                   }),
                   "MASTER_PORT: "));
  CHECK(contains(error_of([] {
                   launch_of(with(kTorchrun, {{"LOCAL_RANK", "4"}}));
                 }),
                 "LOCAL_RANK"));
  CHECK(contains(error_of([] { launch_of(with(kOurs, {{"TRM_LISTEN", "0"}})); }), "TRM_LISTEN"));
  CHECK(contains(error_of([] {
                   launch_of(with(kSrun, {{"SLURM_STEP_ID", "first"}}));
                 }),
                 "SLURM_STEP_ID"));
}

TEST_CASE("the first host of SLURM's lists is found", "[unit]") {
  const auto first = [](const char* list) { return first_node(list, "LIST"); };
  CHECK(first("node03") == "node03");
  CHECK(first("node[03-05,9]") == "node03");
  CHECK(first("node[9,03-05],login") == "node9");
  CHECK(first("a-1.example.org,b") == "a-1.example.org");
  CHECK(first("rack[1-2]node[07-10]") == "rack1node07");
  CHECK(first("n[001-100]-ib") == "n001-ib");
  for (const char* list : {"", ",a", "[", "node[", "node[]", "node[x-y]", "node[-3]", "-rf", "a b",
                           "$(reboot)", "node[1"}) {
    const auto text = error_of([&] { first(list); });
    CHECK(text.starts_with("LIST: "));
    CHECK(contains(text, "MASTER_ADDR"));
  }
  CHECK(contains(error_of([&] { first_node(std::string(300, 'a'), "LIST"); }), "LIST"));
}

TEST_CASE("tasks of a node are read from SLURM's counts", "[unit]") {
  const auto tasks = [](int node) { return tasks_of_node("4,2(x3),1", node, "TASKS"); };
  CHECK(tasks(0) == 4);
  CHECK(tasks(1) == 2);
  CHECK(tasks(3) == 2);
  CHECK(tasks(4) == 1);
  CHECK(contains(error_of([&] { tasks(5); }), "TASKS"));
  for (const char* list : {"", "x", "2(x", "2(x)", "(x2)", "-1", "99999999999"})
    CHECK(contains(error_of([&] { tasks_of_node(list, 0, "TASKS"); }), "TASKS"));
}

TEST_CASE("ranks of one machine share its processors", "[unit]") {
  const auto all = share_of_processors({});
  CHECK(all >= 1);
  Launch launch;
  launch.ranks = launch.local_ranks = 2;
  CHECK(share_of_processors(launch) == std::max<int64_t>(1, all / 2));
  launch.local_ranks = 1 << 20;
  CHECK(share_of_processors(launch) == 1);
  // What is less than the host has is this rank's own.
  launch.host_processors = 1 << 20;
  CHECK(share_of_processors(launch) == all);
}

}  // namespace trm::dist
