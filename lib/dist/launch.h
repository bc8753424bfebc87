#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace trm::dist {

// Which of a run's processes ("ranks") this one is, and where the ranks meet. Who started it says
// so in the environment; asked in this order, because one launcher may run inside another:
//   trm-train --ranks   TRM_RANK, TRM_RANKS, TRM_PORT, TRM_RUN, TRM_ATTEMPT, TRM_LISTEN
//   torchrun            RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT, LOCAL_WORLD_SIZE,
//                       GROUP_WORLD_SIZE, TORCHELASTIC_USE_AGENT_STORE, TORCHELASTIC_RESTART_COUNT,
//                       TORCHELASTIC_RUN_ID; any other launcher that sets the first five
//   mpirun (Open MPI)   OMPI_COMM_WORLD_RANK, _SIZE, _LOCAL_RANK, _LOCAL_SIZE
//   srun (SLURM)        SLURM_PROCID, SLURM_STEP_NUM_TASKS or SLURM_NTASKS, SLURM_LOCALID,
//                       SLURM_STEP_NODELIST or SLURM_JOB_NODELIST, SLURM_JOB_ID, SLURM_STEP_ID,
//                       SLURM_STEP_TASKS_PER_NODE with SLURM_NODEID, SLURM_CPUS_ON_NODE
// MASTER_ADDR and MASTER_PORT, where they are set, lead srun and mpirun too.
struct Launch {
  int rank = 0, ranks = 1;
  int local_rank = 0, local_ranks = 1;  // among the ranks of this host; 1 where nobody tells
  int hosts = 1;                        // 0 where nobody tells
  // Of launchers that give each rank processors of its own: how many the ranks of this host have
  // together. A rank that may use fewer has its own; else, or with 0, what it may use is shared.
  int host_processors = 0;
  std::string address;  // of the host where the ranks meet; empty for one process
  uint16_t port = 0;
  std::string by = "nobody";  // "torchrun", as messages name who started the ranks
  // Differs between runs, and between starts of one run, as far as the launcher lets it be known:
  // ranks that reach another run's port by mistake meet nobody there.
  std::string run;
  bool agent_store = false;   // the launcher itself serves the address; no rank may
  std::optional<int> listen;  // a socket that this rank inherited, bound to the port already

  bool alone() const { return ranks == 1; }
  bool is_first() const { return rank == 0; }
};

// The value of a variable; nothing where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// One process where nothing is set, or the size is 1. A shell of salloc or sbatch is no rank,
// though some of SLURM's variables are there. Error where a launcher's variables are half set, no
// numbers, or cannot be ("RANK: 4 of WORLD_SIZE 4; ranks count from 0").
Launch read_launch(const Environment& environment = process_environment());

// The names that tell a process that it is one of several ranks. One that is started without them
// is alone, whatever its parent is.
inline constexpr const char* kRankVariables[] = {
    "TRM_RANK",    "RANK", "WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
    "SLURM_PROCID"};

// How many threads this rank may have when the user names no number: its share of the processors
// that the process may run on, at least 1.
int64_t share_of_processors(const Launch& launch);

}  // namespace trm::dist
