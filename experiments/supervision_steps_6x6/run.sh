#!/usr/bin/env bash
# The study of sweep.yaml, its table and its page; README.md has the result.
#   experiments/supervision_steps_6x6/run.sh [OPTION ...]       options of trm-sweep run: --dry-run, --jobs 2, --devices cuda:0
. "$(dirname "$0")/../study.sh"
make_sudoku_6x6
run_study supervision_steps_6x6 "$@"

# Each run once more, for 64 supervision steps: accuracy after each of them.
for run in runs/experiments/supervision_steps_6x6/*-seed*; do
  "$bin"/trm-eval "$run" evaluate.depth=64 evaluate.limit=500 --json "$run/depth_64.json"
done
