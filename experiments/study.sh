# What the run.sh of the studies share; each sources it. Names are from the project's root, where it goes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bin=${TRM_BIN:-build/release/bin}

# make_sudoku NAME OPTION...: puzzles in data/experiments/NAME, where there are none yet.
make_sudoku() {
  [ -e "data/experiments/$1" ] || "$bin"/trm-data generate sudoku "${@:2}" --seed 0 "data/experiments/$1"
}
make_sudoku_6x6() { make_sudoku sudoku_6x6 --box 2x3 --train 5000 --test 1000 --minimal; }

make_maze_8x8() {
  [ -e data/experiments/maze_8x8 ] || "$bin"/trm-data generate maze --size 8 --train 40000 --test 1000 --min-path 8 \
    --density 0.3:0.45 --seed 0 data/experiments/maze_8x8
}

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
# says what it would do, and the script ends.
run_study() {
  local study=experiments/$1/sweep.yaml
  "$bin"/trm-sweep run "$study" "${@:2}"
  [[ " $* " != *" --dry-run "* ]] || exit 0
  "$bin"/trm-sweep table "$study" --format markdown
  "$bin"/trm-sweep plot "$study" "runs/experiments/$1.html"
}

# search_runs NAME PUZZLES: the study's runs evaluated deeper and broader on so many test puzzles, from random starts and with noise,
# results beside each run; then the table of them.
search_runs() {
  local run all='evaluate.select=[last, best_q, residual, confidence, vote, oracle]'
  local grid=('evaluate.depth=[2, 4, 8, 16]' 'evaluate.breadth=[1, 2, 4, 8, 16, 32, 64]')
  for run in "runs/experiments/$1"/*-seed*; do
    search() { [ -e "$run/$1.json" ] || "$bin"/trm-eval "$run" "${@:2}" --json "$run/$1.json"; }
    search depth --limit "$2" 'evaluate.depth=[1, 2, 4, 8, 16, 32, 64]'
    search random --limit "$2" "$all" "${grid[@]}" evaluate.start=random
    search noise --limit "$2" "$all" "${grid[@]}" evaluate.start=fixed evaluate.noise.sigma=0.3
  done
  python3 experiments/search_table.py "runs/experiments/$1"
}
