#!/usr/bin/env bash
# A run of trm-train over the tasks of a SLURM job, a rank each. Set the lines below to your cluster's,
# and submit it with what trm-train is to be given:
#   sbatch scripts/slurm_train.sh configs/sudoku_extreme_mlp.yaml --run runs/extreme
# The same command continues a run that was stopped. The folders of the run and of the data have to lie
# where all nodes see them. For GPUs build with -DTRM_CUDA=ON and ask for one a task.
#SBATCH --job-name=trm
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=24:00:00
#SBATCH --signal=TERM@120
#SBATCH --output=%x-%j.log
##SBATCH --gpus-per-task=1
set -euo pipefail

# Two minutes before its time is up the job gets SIGTERM: every rank stops at the same step, and rank 0
# saves. srun passes it on.
: "${1:?usage: sbatch $0 CONFIG [KEY=VALUE ...] --run RUN}"
bin=${TRM_BIN:-build/release/bin}
exec srun --kill-on-bad-exit=1 "$bin/trm-train" "$@"
