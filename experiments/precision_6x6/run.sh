#!/usr/bin/env bash
# The study of sweep.yaml, its table and its page; README.md has the result.
#   experiments/precision_6x6/run.sh [OPTION ...]       options of trm-sweep run: --dry-run, --jobs 2, --devices cuda:0
. "$(dirname "$0")/../study.sh"
make_sudoku_6x6
run_study precision_6x6 "$@"
