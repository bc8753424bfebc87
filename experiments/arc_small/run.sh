#!/usr/bin/env bash
# configs/arc_small.yaml over three seeds, beside one pass without recursion.
#   experiments/arc_small/run.sh PREFIX      PREFIX_challenges.json and PREFIX_solutions.json of ARC-AGI-1's
#                                            training tasks; one to two hours on two cores
set -euo pipefail
prefix=$(realpath -ms "${1:?usage: $0 .../arc-agi_training}")
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin}
data=data/experiments/arc_small runs=runs/experiments/arc_small
[ -e $data ] ||
  "$bin"/trm-data build arc --train "$prefix" --test "$prefix" --fit 10 --tasks 10 --seed 0 --augmentations 20 $data

experiments/sweep.sh configs/arc_small.yaml $runs data.path=$data <<'ROWS'
full
one_pass model.core=plain model.halting.max_steps=1
ROWS
python3 experiments/table.py $runs pass@2 pass@1 exact_accuracy
"$bin"/trm-data inspect $data --show 0 | grep -A 1 "copying the input" | tail -1
