#!/usr/bin/env bash
# The study of sweep.yaml, its table and its page; README.md has the result.
#   experiments/mixer_boards/run.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin} data=data/experiments study=experiments/mixer_boards/sweep.yaml
make() {  # make FOLDER OPTION...
  [ -e "$data/$1" ] || "$bin"/trm-data generate sudoku "${@:2}" --seed 0 "$data/$1"
}
make sudoku_4x4 --box 2x2 --train 1000 --test 200 --minimal
make sudoku_6x6 --box 2x3 --train 5000 --test 1000 --minimal
make sudoku_9x9 --box 3x3 --train 5000 --test 1000 --givens 40:50

"$bin"/trm-sweep run $study
"$bin"/trm-sweep table $study --format markdown
"$bin"/trm-sweep plot $study runs/experiments/mixer_boards.html
