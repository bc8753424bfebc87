#!/usr/bin/env bash
# configs/arc_small.yaml over three seeds, beside one pass without recursion.
#   experiments/arc_small/run.sh PREFIX      PREFIX_challenges.json and PREFIX_solutions.json of ARC-AGI-1's
#                                            training tasks; one to two hours on two cores
set -euo pipefail
prefix=$(realpath -ms "${1:?usage: $0 .../arc-agi_training}")
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin}
data=data/experiments/arc_small study=experiments/arc_small/sweep.yaml
[ -e $data ] ||
  "$bin"/trm-data build arc --train "$prefix" --test "$prefix" --fit 10 --tasks 10 --seed 0 --augmentations 20 $data

"$bin"/trm-sweep run $study
"$bin"/trm-sweep table $study --format markdown
"$bin"/trm-data inspect $data --show 0 | grep -A 1 "copying the input" | tail -1
