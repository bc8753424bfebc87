#!/usr/bin/env bash
# The published run; README.md has time, memory and what to look at.
#   experiments/arc1/run.sh [OPTION ...]       options of trm-sweep run: --dry-run, --jobs 2, --devices cuda:0
. "$(dirname "$0")/../study.sh"
make_arc 1 ""
run_study arc1 "$@"
