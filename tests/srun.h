#pragma once

#include <string>
#include <vector>

namespace trm {

// What srun tells one of two tasks on this machine.
inline std::vector<std::string> task_of_two(const std::string& job, const std::string& number) {
  return {"SLURM_JOB_ID=" + job,
          "SLURM_STEP_ID=0",
          "SLURM_STEP_NUM_TASKS=2",
          "SLURM_NTASKS=2",
          "SLURM_PROCID=" + number,
          "SLURM_LOCALID=" + number,
          "SLURM_NODEID=0",
          "SLURM_CPUS_ON_NODE=2",
          "SLURM_STEP_TASKS_PER_NODE=2",
          "SLURM_STEP_NODELIST=127.0.0.1"};
}

}  // namespace trm
