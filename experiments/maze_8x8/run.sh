#!/usr/bin/env bash
# configs/maze_8x8.yaml over three seeds, beside one pass without recursion.
#   experiments/maze_8x8/run.sh       about 35 minutes on two cores
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin}
[ -e data/maze_8x8 ] ||
  "$bin"/trm-data generate maze --size 8 --train 40000 --test 1000 --min-path 8 --density 0.3:0.45 --seed 0 data/maze_8x8

experiments/sweep.sh configs/maze_8x8.yaml runs/maze_8x8 <<'ROWS'
full
one_pass model.core=plain model.halting.max_steps=1
ROWS
python3 experiments/table.py runs/maze_8x8 shortest_path exact_accuracy valid_path length_ratio
"$bin"/trm-data inspect data/maze_8x8 --show 0 | grep -m 1 "copying the input"
