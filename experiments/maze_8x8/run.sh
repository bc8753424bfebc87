#!/usr/bin/env bash
# configs/maze_8x8.yaml over three seeds, beside one pass without recursion.
#   experiments/maze_8x8/run.sh       about 35 minutes on two cores
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin}
data=data/experiments/maze_8x8 runs=runs/experiments/maze_8x8
[ -e $data ] ||
  "$bin"/trm-data generate maze --size 8 --train 40000 --test 1000 --min-path 8 --density 0.3:0.45 --seed 0 $data

experiments/sweep.sh configs/maze_8x8.yaml $runs data.path=$data <<'ROWS'
full
one_pass model.core=plain model.halting.max_steps=1
ROWS
python3 experiments/table.py $runs shortest_path exact_accuracy valid_path length_ratio
"$bin"/trm-data inspect $data --show 0 | grep -m 1 -A 4 "copying the input"
