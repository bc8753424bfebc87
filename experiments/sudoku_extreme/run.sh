#!/usr/bin/env bash
# The published runs; README.md has time, memory and what to look at.
#   experiments/sudoku_extreme/run.sh [OPTION ...]       options of trm-sweep run: --dry-run, --jobs 2, --devices cuda:0
. "$(dirname "$0")/../study.sh"
files=data/files/sudoku_extreme
[ -e data/sudoku_extreme ] || {
  "$bin"/trm-data fetch sudoku-extreme $files
  "$bin"/trm-data build sudoku --train $files/train.csv --test $files/test.csv --subsample 1000 data/sudoku_extreme
}
run_study sudoku_extreme "$@"
