#!/usr/bin/env bash
# The study of sweep.yaml, its table and its page; README.md has the result.
#   experiments/ablation_6x6_equal_compute/run.sh [OPTION ...]       options of trm-sweep run: --dry-run, --jobs 2, --devices cuda:0
. "$(dirname "$0")/../study.sh"
make_sudoku_6x6
run_study ablation_6x6_equal_compute "$@"
