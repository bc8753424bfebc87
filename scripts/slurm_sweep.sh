#!/usr/bin/env bash
# The runs of a study as an array of SLURM jobs, one each. Set the lines below to your cluster's, and
# submit it with as many tasks as `trm-sweep run STUDY --dry-run` counts, from 0:
#   sbatch --array=0-8 scripts/slurm_sweep.sh experiments/ablation_6x6/sweep.yaml
# The same command continues what was stopped and repeats nothing that is done. The folders of runs and
# data have to lie where all nodes see them. For GPUs build with -DTRM_CUDA=ON and ask for one a job.
#SBATCH --job-name=trm-sweep
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --time=24:00:00
#SBATCH --signal=TERM@120
#SBATCH --output=%x-%A-%a.log
##SBATCH --gpus-per-task=1
set -euo pipefail

# Two minutes before its time is up the job gets SIGTERM, by which its run saves and stops. srun passes
# it on.
: "${1:?usage: sbatch --array=0-N $0 STUDY [KEY=VALUE ...]}"
: "${SLURM_ARRAY_TASK_ID:?not set; submit it with sbatch --array=0-N}"
bin=${TRM_BIN:-build/release/bin}
exec srun --ntasks=1 "$bin/trm-sweep" run "$@" --index "$SLURM_ARRAY_TASK_ID" --jobs 1
