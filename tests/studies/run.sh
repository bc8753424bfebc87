#!/usr/bin/env bash
# Every study whose puzzles can be made here says what it would do: run.sh --dry-run of each, which reads its sweep.yaml,
# looks up its scores, builds each row's model and times a few steps.
#   tests/studies/run.sh PROGRAMS
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
export TRM_BIN
TRM_BIN=$(realpath "${1:?usage: $0 PROGRAMS}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -r "$root/experiments" "$root/configs" "$scratch"
cd "$scratch"

# Twelve tasks that mirror 3x3 grids, as Kaggle's files have them.
python3 - <<'PYTHON'
import json, random
draw = random.Random(0)
grid = lambda: [[draw.randrange(10) for _ in range(3)] for _ in range(3)]
pair = lambda g: {"input": g, "output": [row[::-1] for row in g]}
tasks = {f"task{i:04}": [pair(grid()) for _ in range(4)] for i in range(12)}
questions = {name: {"train": p[:3], "test": [{"input": p[3]["input"]}]} for name, p in tasks.items()}
with open("tiny_challenges.json", "w") as file: json.dump(questions, file)
with open("tiny_solutions.json", "w") as file: json.dump({name: [p[3]["output"]] for name, p in tasks.items()}, file)
PYTHON

fetched=" arc1 arc2 maze_hard sudoku_extreme "   # of files that are fetched
for script in experiments/*/run.sh; do
  name=$(basename "$(dirname "$script")")
  [[ $fetched != *" $name "* ]] || continue
  words=(--dry-run)
  [ "$name" != arc_small ] || words=(tiny --dry-run)
  if ! "$script" "${words[@]}" >"$name.txt" 2>&1; then
    tail -20 "$name.txt"
    echo "$script ${words[*]}: failed"
    exit 1
  fi
  grep -q "^runs  *[0-9]" "$name.txt" || { echo "$script ${words[*]}: no plan"; exit 1; }
  [ ! -e runs ] || { echo "$script ${words[*]}: ran something"; exit 1; }
done
