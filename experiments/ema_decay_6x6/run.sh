#!/usr/bin/env bash
# The study of sweep.yaml, its table and its page; README.md has the result.
#   experiments/ema_decay_6x6/run.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin} data=data/experiments/sudoku_6x6 study=experiments/ema_decay_6x6/sweep.yaml
[ -e $data ] ||
  "$bin"/trm-data generate sudoku --box 2x3 --train 5000 --test 1000 --minimal --seed 0 $data

"$bin"/trm-sweep run $study
"$bin"/trm-sweep table $study --format markdown
"$bin"/trm-sweep plot $study runs/experiments/ema_decay_6x6.html
