#!/usr/bin/env bash
# The study of sweep.yaml, its table and its page; README.md has the result.
#   experiments/mixer_boards/run.sh [OPTION ...]       options of trm-sweep run: --dry-run, --jobs 2, --devices cuda:0
. "$(dirname "$0")/../study.sh"
make_sudoku sudoku_4x4 --box 2x2 --train 1000 --test 200 --minimal
make_sudoku_6x6
make_sudoku sudoku_9x9 --box 3x3 --train 5000 --test 1000 --givens 40:50
run_study mixer_boards "$@"
