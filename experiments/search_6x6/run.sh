#!/usr/bin/env bash
# The study of sweep.yaml, then each of its runs evaluated deeper and broader; README.md has the result.
#   experiments/search_6x6/run.sh [OPTION ...]       options of trm-sweep run: --dry-run, --jobs 2, --devices cuda:0
. "$(dirname "$0")/../study.sh"
make_sudoku_6x6
run_study search_6x6 "$@"
search_runs search_6x6 300
