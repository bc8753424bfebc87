#!/usr/bin/env bash
# Trains every row of a table with seeds 0, 1, 2: one thread a run, two runs at once. A row is a line
# "NAME override override ..." of the standard input, quoted as for a shell. Finished runs are not
# repeated; table.py makes the table.
#   experiments/sweep.sh CONFIG RUNS [override of every row ...] < rows
set -euo pipefail
cd "$(dirname "$0")/.."
export bin=${TRM_BIN:-build/release/bin} config=$1 runs=$2
export common=
[ $# -gt 2 ] && common=$(printf '%q ' "${@:3}")

train() {  # train "NAME OVERRIDES" SEED
  local row all name
  eval "row=($1)"
  eval "all=($common)"
  name=${row[0]}-seed$2
  [ -e "$runs/$name/finished" ] && return
  "$bin"/trm-train "$config" threads=1 seed="$2" "${all[@]}" "${row[@]:1}" --run "$runs/$name" \
    >/dev/null 2>"$runs/$name.log" || { tail -1 "$runs/$name.log"; return 1; }
  touch "$runs/$name/finished"
  echo "$name done"
}
export -f train

mkdir -p "$runs"
rows=$(cat)
for seed in 0 1 2; do
  while read -r line; do printf '%s\0%s\0' "$line" $seed; done <<<"$rows"
done | xargs -0 -n 2 -P 2 bash -c 'train "$0" "$1"'
