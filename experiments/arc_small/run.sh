#!/usr/bin/env bash
# configs/arc_small.yaml over three seeds, beside one pass without recursion.
#   experiments/arc_small/run.sh PREFIX [OPTION ...]    PREFIX_challenges.json and PREFIX_solutions.json of ARC-AGI-1's
#                                                       training tasks, then options of trm-sweep run; one to two hours
#                                                       on two cores
set -euo pipefail
[[ ${1:--} != -* ]] || { echo "usage: $0 .../arc-agi_training [OPTION ...]" >&2; exit 2; }
prefix=$(realpath -ms "$1")
. "$(dirname "$0")/../study.sh"
data=data/experiments/arc_small
[ -e $data ] ||
  "$bin"/trm-data build arc --train "$prefix" --test "$prefix" --fit 10 --tasks 10 --seed 0 --augmentations 20 $data
run_study arc_small "${@:2}"
"$bin"/trm-data inspect $data --show 0 | grep -A 1 "copying the input" | tail -1
