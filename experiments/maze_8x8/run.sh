#!/usr/bin/env bash
# configs/maze_8x8.yaml over three seeds, beside one pass without recursion.
#   experiments/maze_8x8/run.sh [OPTION ...]         options of trm-sweep run; about 35 minutes on two cores
. "$(dirname "$0")/../study.sh"
make_maze_8x8
run_study maze_8x8 "$@"
"$bin"/trm-data inspect data/experiments/maze_8x8 --show 0 | grep -m 1 -A 4 "copying the input"
