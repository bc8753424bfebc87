# What the run.sh of the studies share; each sources it. Names are from the project's root, where it goes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bin=${TRM_BIN:-build/release/bin}

# make_sudoku NAME OPTION...: puzzles in data/experiments/NAME, where there are none yet.
make_sudoku() {
  [ -e "data/experiments/$1" ] || "$bin"/trm-data generate sudoku "${@:2}" --seed 0 "data/experiments/$1"
}
make_sudoku_6x6() { make_sudoku sudoku_6x6 --box 2x3 --train 5000 --test 1000 --minimal; }

# make_arc NUMBER SUFFIX: data/arcNUMBER from the public files, whose names end alike.
make_arc() {
  local files=data/files/arc
  [ ! -e "data/arc$1" ] || return 0
  "$bin"/trm-data fetch "arc-agi-$1" $files
  "$bin"/trm-data fetch concept-arc $files
  "$bin"/trm-data build arc --train "$files/arc-agi_training$2" --train "$files/arc-agi_evaluation$2" \
    --train $files/arc-agi_concept --test "$files/arc-agi_evaluation$2" "data/arc$1"
}

# run_study NAME OPTION...: runs what is not done, with options of trm-sweep run; its table and its page. With --dry-run it
# says what it would do.
run_study() {
  local study=experiments/$1/sweep.yaml
  "$bin"/trm-sweep run "$study" "${@:2}"
  [[ " $* " != *" --dry-run "* ]] || return 0
  "$bin"/trm-sweep table "$study" --format markdown
  "$bin"/trm-sweep plot "$study" "runs/experiments/$1.html"
}
