#!/usr/bin/env bash
# configs/maze_8x8.yaml over three seeds, beside one pass without recursion.
#   experiments/maze_8x8/run.sh       about 35 minutes on two cores
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin}
data=data/experiments/maze_8x8 study=experiments/maze_8x8/sweep.yaml
[ -e $data ] ||
  "$bin"/trm-data generate maze --size 8 --train 40000 --test 1000 --min-path 8 --density 0.3:0.45 --seed 0 $data

"$bin"/trm-sweep run $study
"$bin"/trm-sweep table $study --format markdown
"$bin"/trm-data inspect $data --show 0 | grep -m 1 -A 4 "copying the input"
