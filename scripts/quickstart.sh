#!/usr/bin/env bash
# From a fresh clone to solved puzzles: sets up, builds, makes 6x6 Sudoku, trains a tiny recursive
# model on them, evaluates it on puzzles it has never seen, and shows it solving one.
#   scripts/quickstart.sh          ten to forty minutes on two cores, by their speed, most of it the
#                                  first build
set -euo pipefail
cd "$(dirname "$0")/.."

bin=build/release/bin
data=data/quickstart
run=runs/quickstart

step() { printf '\n== %s\n' "$*"; }
fail() { echo "error: $*" >&2; exit 2; }

step "1/6  Set up: Debian packages and LibTorch, where they are missing"
scripts/setup.sh || fail "set-up failed; the lines above say what to do"
. scripts/environment.sh

step "2/6  Build the programs (the first time takes some minutes)"
cmake --preset release >build-configure.log 2>&1 || { cat build-configure.log; fail "cmake could not configure the build"; }
rm -f build-configure.log
cmake --build --preset release --target programs || fail "the build failed; the lines above name the file"

step "3/6  Make puzzles: 6x6 Sudoku with one solution each, no given too many"
if [ -e $data/provenance.json ]; then
  echo "$data is there already"
else
  $bin/trm-data generate sudoku --box 2x3 --train 5000 --test 1000 --minimal --seed 0 $data ||
    fail "no puzzles were made"
fi
$bin/trm-data inspect $data --show 1

step "4/6  Train: one network of two small layers, applied again and again"
$bin/trm-train configs/sudoku_6x6.yaml data.path=$data --run $run || fail "training stopped; the same command goes on from there"

step "5/6  Evaluate on the 1,000 test puzzles; no training solution is equivalent to one of theirs"
$bin/trm-eval $run || fail "the evaluation failed"

step "6/6  Watch it solve one: cells that changed since the step before are highlighted"
puzzle=$($bin/trm-eval $run --limit 1 --show 1 2>/dev/null | awk '/^[|]/ {gsub(/[| ]/, ""); line = line $0; if (++n == 6) {print line; exit}}')
$bin/trm-solve $run "$puzzle" || fail "the puzzle was not solved"

step "What to try next"
cat <<TEXT
  $bin/trm-train configs/sudoku_6x6.yaml data.path=$data model.width=128 --run runs/wider
  $bin/trm-eval $run --depth 16        more supervision steps than it was trained with
  $bin/trm-train --help-config         every key of a config
  README.md                            real data, resuming, benchmarks
TEXT
