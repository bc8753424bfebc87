#!/usr/bin/env bash
# The TRM paper's ablations on 6x6 Sudoku: every row one change of configs/sudoku_6x6.yaml, 400 steps.
#   experiments/ablation_6x6/run.sh       about 50 minutes on two cores
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin} data=data/experiments/sudoku_6x6 study=experiments/ablation_6x6/sweep.yaml
[ -e $data ] ||
  "$bin"/trm-data generate sudoku --box 2x3 --train 5000 --test 1000 --minimal --seed 0 $data

"$bin"/trm-sweep run $study
"$bin"/trm-sweep table $study --format markdown
