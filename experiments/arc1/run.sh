#!/usr/bin/env bash
# The published ARC-AGI-1 run; README.md has time, memory and what to look at.
#   experiments/arc1/run.sh [OPTION ...]       options of trm-sweep run: --devices cuda:0,cuda:1, --dry-run
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin} study=experiments/arc1/sweep.yaml
files=data/files/arc data=data/arc1
[ -e $data ] || {
  "$bin"/trm-data fetch arc-agi-1 $files
  "$bin"/trm-data fetch concept-arc $files
  "$bin"/trm-data build arc --train $files/arc-agi_training --train $files/arc-agi_evaluation \
    --train $files/arc-agi_concept --test $files/arc-agi_evaluation $data
}

"$bin"/trm-sweep run $study "$@"
"$bin"/trm-sweep table $study
"$bin"/trm-sweep plot $study runs/experiments/arc1.html
