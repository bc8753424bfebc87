#!/usr/bin/env bash
# The study of sweep.yaml, then each of its runs evaluated deeper and broader; README.md has the result.
#   experiments/search_maze_8x8/run.sh [OPTION ...]  options of trm-sweep run: --dry-run, --jobs 2, --devices cuda:0
. "$(dirname "$0")/../study.sh"
make_maze_8x8
run_study search_maze_8x8 "$@"
search_runs search_maze_8x8 100
