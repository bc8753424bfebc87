#!/usr/bin/env bash
# The published ARC-AGI-2 run; README.md has time, memory and what to look at.
#   experiments/arc2/run.sh [OPTION ...]       options of trm-sweep run: --devices cuda:0,cuda:1, --dry-run
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin} study=experiments/arc2/sweep.yaml
files=data/files/arc data=data/arc2
[ -e $data ] || {
  "$bin"/trm-data fetch arc-agi-2 $files
  "$bin"/trm-data fetch concept-arc $files
  "$bin"/trm-data build arc --train $files/arc-agi_training2 --train $files/arc-agi_evaluation2 \
    --train $files/arc-agi_concept --test $files/arc-agi_evaluation2 $data
}

"$bin"/trm-sweep run $study "$@"
"$bin"/trm-sweep table $study
"$bin"/trm-sweep plot $study runs/experiments/arc2.html
