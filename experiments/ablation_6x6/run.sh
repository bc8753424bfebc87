#!/usr/bin/env bash
# The TRM paper's ablations on 6x6 Sudoku: every row one change of configs/sudoku_6x6.yaml, 400 steps.
#   experiments/ablation_6x6/run.sh       about 50 minutes on two cores
set -euo pipefail
cd "$(dirname "$0")/../.."
data=data/experiments/sudoku_6x6 runs=runs/experiments/ablation_6x6
[ -e $data ] ||
  "${TRM_BIN:-build/release/bin}"/trm-data generate sudoku --box 2x3 --train 5000 --test 1000 --minimal --seed 0 $data

experiments/sweep.sh configs/sudoku_6x6.yaml $runs data.path=$data train.steps=400 train.eval_steps=null train.save_steps=400 <<'ROWS'
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
python3 experiments/table.py $runs
