#!/usr/bin/env bash
# The study of sweep.yaml, then each of its runs evaluated deeper and broader; README.md has the result.
#   experiments/search_6x6/run.sh [OPTION ...]       options of trm-sweep run: --dry-run, --jobs 2, --devices cuda:0
. "$(dirname "$0")/../study.sh"
make_sudoku_6x6
run_study search_6x6 "$@"
[[ " $* " != *" --dry-run "* ]] || exit 0

all='evaluate.select=[last, best_q, residual, confidence, vote, oracle]'
for run in runs/experiments/search_6x6/*-seed*; do
  search() { "$bin"/trm-eval "$run" "${@:2}" --limit 300 --json "$run/$1.json"; }
  search depth 'evaluate.depth=[1, 2, 4, 8, 16, 32, 64]'
  for breadth in 4 32; do
    search "random_$breadth" "$all" evaluate.depth=16 evaluate.breadth=$breadth evaluate.start=random
    search "noise_$breadth" "$all" evaluate.depth=16 evaluate.breadth=$breadth evaluate.start=fixed evaluate.noise.sigma=0.3
  done
done
