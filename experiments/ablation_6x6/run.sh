#!/usr/bin/env bash
# The TRM paper's ablations on 6x6 Sudoku: every row one change of configs/sudoku_6x6.yaml, 400 steps.
#   experiments/ablation_6x6/run.sh [OPTION ...]       about 50 minutes on two cores; options of trm-sweep run
. "$(dirname "$0")/../study.sh"
make_sudoku_6x6
run_study ablation_6x6 "$@"
