#!/usr/bin/env bash
# The published Sudoku-Extreme runs; README.md has time, memory and what to look at.
#   experiments/sudoku_extreme/run.sh [OPTION ...]       options of trm-sweep run: --devices cuda:0,cuda:1, --dry-run
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin} study=experiments/sudoku_extreme/sweep.yaml
files=data/files/sudoku_extreme data=data/sudoku_extreme
[ -e $data ] || {
  "$bin"/trm-data fetch sudoku-extreme $files
  "$bin"/trm-data build sudoku --train $files/train.csv --test $files/test.csv --subsample 1000 $data
}

"$bin"/trm-sweep run $study "$@"
"$bin"/trm-sweep table $study
"$bin"/trm-sweep plot $study runs/experiments/sudoku_extreme.html
