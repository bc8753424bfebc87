#!/usr/bin/env bash
# The published Maze-Hard run; README.md has time, memory and what to look at.
#   experiments/maze_hard/run.sh [OPTION ...]       options of trm-sweep run: --devices cuda:0,cuda:1, --dry-run
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin} study=experiments/maze_hard/sweep.yaml
files=data/files/maze_hard data=data/maze_hard
[ -e $data ] || {
  "$bin"/trm-data fetch maze-hard $files
  "$bin"/trm-data build maze --train $files/train.csv --test $files/test.csv $data
}

"$bin"/trm-sweep run $study "$@"
"$bin"/trm-sweep table $study
"$bin"/trm-sweep plot $study runs/experiments/maze_hard.html
