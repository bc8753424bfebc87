#!/usr/bin/env bash
# The published runs; README.md has time, memory and what to look at.
#   experiments/maze_hard/run.sh [OPTION ...]       options of trm-sweep run: --dry-run, --jobs 2, --devices cuda:0
. "$(dirname "$0")/../study.sh"
files=data/files/maze_hard
[ -e data/maze_hard ] || {
  "$bin"/trm-data fetch maze-hard $files
  "$bin"/trm-data build maze --train $files/train.csv --test $files/test.csv data/maze_hard
}
run_study maze_hard "$@"
