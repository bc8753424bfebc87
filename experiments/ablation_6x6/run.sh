#!/usr/bin/env bash
# The TRM paper's ablations on 6x6 Sudoku: every row one change of configs/sudoku_6x6.yaml, 400 steps,
# three seeds, one thread a run, two runs at once. Runs that are finished are not repeated.
#   experiments/ablation_6x6/run.sh       about 50 minutes on two cores; then table.py
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${TRM_BIN:-build/release/bin}
runs=runs/ablation_6x6

rows() {
  cat <<'ROWS'
full
one_step_gradient model.core.gradient=last_update
no_ema optim.ema=null
two_networks model.core.networks=two
four_layers_fewer_cycles model.layers.0.repeat=4 model.core.L_cycles=1
fewer_cycles model.core.H_cycles=1
single_latent 'model.core={kind: single_z, H_cycles: 2, L_cycles: 2}'
non_recursive model.core=plain model.layers.0.repeat=4
attention 'model.layers.0.mixer={kind: attention, heads: 4}' model.input.positions=rotary
continue_head model.halting.continue_head=trained
hrm model.core=hrm model.halting.continue_head=trained optim.ema=null
ROWS
}

train() {  # train "NAME OVERRIDES" SEED
  local row name
  eval "row=($1)"
  name=${row[0]}-seed$2
  [ -e $runs/"$name"/finished ] && return
  "$bin"/trm-train configs/sudoku_6x6.yaml train.steps=400 train.eval_steps=null train.save_steps=400 threads=1 \
    seed="$2" "${row[@]:1}" --run $runs/"$name" >/dev/null 2>$runs/"$name".log || { tail -1 $runs/"$name".log; return 1; }
  touch $runs/"$name"/finished
  tail -1 $runs/"$name"/metrics.jsonl | grep -o '"test/exact_accuracy":[0-9.]*' | sed "s/^/$name  /"
}
export -f train
export bin runs

mkdir -p $runs
[ -e data/sudoku_6x6 ] ||
  "$bin"/trm-data generate sudoku --box 2x3 --train 5000 --test 1000 --minimal --seed 0 data/sudoku_6x6
for seed in 0 1 2; do
  rows | while read -r line; do printf '%s\0%s\0' "$line" $seed; done
done | xargs -0 -n 2 -P 2 bash -c 'train "$0" "$1"'
