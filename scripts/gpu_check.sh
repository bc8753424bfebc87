#!/usr/bin/env bash
# Tries on one GPU all that was built for it, in under ten minutes, and ends with one table. Part of the
# folder that scripts/bundle.sh makes.
#   gpu_check.sh [FOLDER]            results go into FOLDER (gpu_check), with gpu_check.json
#   gpu_check.sh --device cuda:1     another GPU; cpu, with small sizes, tries this script itself
#   gpu_check.sh --batch 384         rows of a step of the published configurations, for all 768
# Exit code 0 where everything is good, 1 where a part failed, 2 where nothing could be tried.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
device=cuda batch=768 folder=gpu_check
fail() { echo "error: $*" >&2; exit 2; }
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) sed -n '2,7s/^# //p' "$0"; exit 0 ;;
    --device) device=${2:?--device needs one}; shift ;;
    --batch) batch=${2:?--batch needs a number}; shift ;;
    -*) fail "$1: unknown option; see $0 --help" ;;
    *) folder=$1 ;;
  esac
  shift
done
. "$here/environment.sh" || exit 2
bin=$here/bin
mkdir -p "$folder/logs" 2>/dev/null && cd "$folder" && scratch=$(mktemp -d "$PWD/scratch-XXXXXX") ||
  fail "$folder: cannot be written; name another folder"
trap 'rm -rf "$scratch"' EXIT
data=$scratch/data runs=$scratch/runs
configs=$here/configs

# Sizes on a GPU, and those that a processor does in a minute.
if [ "$device" = cpu ]; then
  batch=8 steps=3 repeated=4 rows=4 patience=120 precision=float32
  small=(model.width=16 'model.layers=[{mixer: token_mlp, repeat: 1}]' model.core.L_cycles=1)
  small_attention=(model.width=16 'model.layers=[{mixer: {kind: attention, heads: 2}, repeat: 1}]' model.core.L_cycles=1)
  sudoku=(--box 2x2 --train 20 --test 10 --givens 6:8) maze=(--size 6 --train 20 --test 10 --min-path 4 --density 0.2:0.4)
  learned=(--box 2x2 --train 200 --test 100 --givens 6:8) learns=tiny learn_steps=300 in_shards=()
else
  steps=15 repeated=50 rows=192 patience=150 precision=bfloat16
  small=() small_attention=()
  sudoku=(--box 3x3 --train 1000 --test 100 --givens 24:30) maze=(--size 30 --train 1000 --test 100 --min-path 60 --density 0.3:0.5)
  learned=(--box 2x3 --train 5000 --test 1000 --minimal) learns=sudoku_6x6 learn_steps=800 in_shards=(train.shards=1)
fi

# --- parts --------------------------------------------------------------------------------------
# A part is a function that writes to the standard output what the table says of it, and numbers for
# the JSON with `number`; its failure is its exit code. What its programs say goes to a log.
table=() failed=0 json=
number() { echo "  \"$1\": $2," >>"$log.numbers"; }
ours() { timeout "$patience" "$@" >>"$log" 2>&1; }
part() {  # part NAME FUNCTION ARGUMENT...
  local name=$1 text code start=$SECONDS result=good reason
  log=$PWD/logs/${1//[^a-zA-Z0-9]/_}.log
  : >"$log" && : >"$log.numbers"
  echo "== $name" >&2
  text=$("${@:2}")
  code=$?
  if [ $code -ne 0 ]; then
    result=FAILED failed=$((failed + 1))
    reason=$(grep -hE 'error: |FAILED|terminate|cannot open' "$log" | tail -n 1)
    [ $code -ne 124 ] || reason="took more than $patience s"
    text="${text:+$text; }${reason:-exit code $code, see logs/$(basename "$log")}"
  fi
  table+=("$(printf '%-26s %-6s %4s s  %s' "$name" "$result" $((SECONDS - start)) "$text")")
  json+="${json:+,
}{\"name\": \"$(quoted "$name")\", \"good\": $([ $code -eq 0 ] && echo true || echo false), \"seconds\": $((SECONDS - start)),
$(cat "$log.numbers")
  \"text\": \"$(quoted "$text")\"}"
  rm "$log.numbers"
}
quoted() { tr '\n\t' '  ' <<<"$1" | sed 's/[\\"]/\\&/g; s/ $//'; }
value() { sed -n "s/^  \"$1\": *\"\{0,1\}\([^\",]*\).*/\1/p" "$2" | head -n 1; }  # value KEY FILE
calculate() { awk "BEGIN {printf \"$1\", ($2)}"; }

gpu_tests() {
  local test assertions=0 cases=0 code=0
  # They take the first GPU that they see: of those that can be seen here, the one that is asked for.
  if [[ $device == cuda:* ]]; then
    local seen number=${device#cuda:}
    IFS=, read -ra seen <<<"${CUDA_VISIBLE_DEVICES:-}"
    export CUDA_VISIBLE_DEVICES=${seen[number]:-$number}
  fi
  for test in "$here"/programs/test_*; do
    echo "-- $(basename "$test")" >>"$log"
    timeout "$patience" "$test" "[gpu]" >>"$log" 2>&1 || code=$?
  done
  # "All tests passed (414 assertions in 7 test cases)", or a line "test cases: 7 | 6 passed | 1 failed".
  assertions=$(sed -nE 's/^assertions: *([0-9]+).*/\1/p; s/.*\(([0-9]+) assertions? in .*/\1/p' "$log" | awk '{n += $1} END {print n + 0}')
  cases=$(sed -nE 's/^test cases: *([0-9]+).*/\1/p; s/.* in ([0-9]+) test cases?\).*/\1/p' "$log" | awk '{n += $1} END {print n + 0}')
  number assertions "$assertions"
  number cases "$cases"
  if grep -q "skipped: no CUDA device" "$log"; then
    echo "$cases cases, skipped without a GPU"
    [ "$device" = cpu ] || { echo "error: the tests see no GPU" >>"$log"; return 1; }
  else
    echo "$cases cases, $assertions assertions"
  fi
  return $code
}

make_data() {
  ours "$bin/trm-data" generate sudoku "${sudoku[@]}" --seed 0 "$data/sudoku" &&
    ours "$bin/trm-data" generate maze "${maze[@]}" --seed 0 "$data/maze" &&
    ours "$bin/trm-data" generate sudoku "${learned[@]}" --seed 0 "$data/learned" &&
    echo "Sudoku, mazes, small Sudoku"
}

# speed CONFIG DATA KEY=VALUE...: in the fewest parts of a batch that the memory has room for.
speed() {
  local config=$configs/$1.yaml shards out=$PWD/logs/speed_$(basename "$log" .log).json
  local keys=(data.path="$data/$2" device="$device" precision=$precision train.batch="$batch" "${@:3}")
  ours "$bin/trm-train" "$config" "${keys[@]}" train.shards=1 --dry-run --json "$out" || return
  shards=$(value fitting_shards "$out")
  [ "$shards" != null ] || shards=1
  until ours "$bin/trm-bench" train "$config" "${keys[@]}" train.shards="$shards" --steps "$steps" --json "$out"; do
    local code=$?
    [ $code -eq 2 ] && tail -n 1 "$log" | grep -q "out of memory" && [ $((2 * shards)) -le "$batch" ] || return $code
    shards=$((2 * shards))
  done
  local step limit rate best memory done
  step=$(value step_seconds "$out") limit=$(value limit_seconds "$out") rate=$(value limit_gflops "$out")
  best=$(value best_square_gflops "$out") memory=$(value peak_memory_bytes "$out")
  done=$(calculate %.6g "$rate * $limit / $step")
  number batch "$batch"
  number shards "$shards"
  number steps_per_second "$(value steps_per_second "$out")"
  number step_seconds "$step"
  number tflops "$(calculate %.6g "$done / 1000")"
  number best_square_tflops "$(calculate %.6g "$best / 1000")"
  number share_of_best "$(calculate %.4f "$done / $best")"
  number peak_memory_bytes "$memory"
  printf '%s steps/s, %s TFLOP/s, %s %% of %s, %s GiB, batch %s in %s\n' "$(calculate %.3g "1 / $step")" \
    "$(calculate %.3g "$done / 1000")" "$(calculate %.1f "100 * $done / $best")" \
    "$(calculate %.3g "$best / 1000")" "$(calculate %.1f "$memory / 1073741824")" "$batch" "$shards"
}

train() {  # train RUN CONFIG STEPS KEY=VALUE...
  ours "$bin/trm-train" "$configs/$2.yaml" --run "$runs/$1" --quiet device="$device" precision=$precision train.batch="$rows" \
    train.shards=2 train.steps="$3" evaluate.limit=8 "${@:4}"
}
same_checkpoint() {  # same_checkpoint RUN OTHER STEP
  local file count=0
  for file in "$runs/$1/checkpoints/step_$3"/*.safetensors; do
    cmp "$file" "$runs/$2/checkpoints/step_$3/$(basename "$file")" >>"$log" 2>&1 ||
      { echo "error: $(basename "$file") differs" >>"$log"; return 1; }
    count=$((count + 1))
  done
  [ $count -ge 4 ] || { echo "error: $count files of tensors where 4 or more were due" >>"$log"; return 1; }
  number files "$count"
  number steps "$3"
}
repeats() {  # repeats CONFIG DATA KEY=VALUE...
  train "$1-a" "$1" "$repeated" data.path="$data/$2" "${@:3}" && train "$1-b" "$1" "$repeated" data.path="$data/$2" "${@:3}" &&
    same_checkpoint "$1-a" "$1-b" "$repeated" && echo "$repeated steps twice: the same bits"
}
resumes() {  # resumes CONFIG DATA KEY=VALUE..., after `repeats` of it
  train "$1-c" "$1" $((repeated / 2)) data.path="$data/$2" "${@:3}" && train "$1-c" "$1" "$repeated" data.path="$data/$2" "${@:3}" &&
    same_checkpoint "$1-a" "$1-c" "$repeated" && echo "$((repeated / 2)) + $((repeated / 2)) steps: the bits of $repeated"
}

replays() {  # replays CONFIG DATA KEY=VALUE..., after `repeats` of it
  train "$1-d" "$1" $((repeated / 2)) data.path="$data/$2" train.graph=auto "${@:3}" &&
    train "$1-d" "$1" "$repeated" data.path="$data/$2" train.graph=auto "${@:3}" && same_checkpoint "$1-a" "$1-d" "$repeated" &&
    echo "$((repeated / 2)) + $((repeated / 2)) steps, each launched as a whole: the same bits"
}

learns() {
  local exact out=logs/learns.json
  ours "$bin/trm-train" "$configs/$learns.yaml" data.path="$data/learned" device="$device" precision=float32 train.steps="$learn_steps" ${in_shards[@]+"${in_shards[@]}"} \
    --run "$runs/learned" --quiet || return
  ours "$bin/trm-eval" "$runs/learned" device="$device" --json "$out" || return
  exact=$(sed -n 's/.*"exact_accuracy": *\([0-9.e+-]*\).*/\1/p' "$out" | head -n 1)
  number exact_accuracy "${exact:-null}"
  echo "$learns.yaml, $learn_steps steps: $(calculate %.1f "100 * ${exact:-0}") % exact"
  [ "$(calculate %d "${exact:-0} >= 0.9")" = 1 ] || { echo "error: 90 % exact were due" >>"$log"; return 1; }
}

part "data" make_data
part "tests for a GPU" gpu_tests
part "sudoku_extreme_mlp" speed sudoku_extreme_mlp sudoku ${small[@]+"${small[@]}"}
part "sudoku_extreme_attention" speed sudoku_extreme_attention sudoku ${small_attention[@]+"${small_attention[@]}"}
part "maze_hard" speed maze_hard maze ${small_attention[@]+"${small_attention[@]}"}
part "sudoku_extreme_mlp, graph" speed sudoku_extreme_mlp sudoku train.graph=auto ${small[@]+"${small[@]}"}
part "maze_hard, graph" speed maze_hard maze train.graph=auto ${small_attention[@]+"${small_attention[@]}"}
part "repeats, token MLP" repeats sudoku_extreme_mlp sudoku ${small[@]+"${small[@]}"}
part "repeats, attention" repeats sudoku_extreme_attention sudoku ${small_attention[@]+"${small_attention[@]}"}
part "resumes, token MLP" resumes sudoku_extreme_mlp sudoku ${small[@]+"${small[@]}"}
part "resumes, attention" resumes sudoku_extreme_attention sudoku ${small_attention[@]+"${small_attention[@]}"}
part "replays, token MLP" replays sudoku_extreme_mlp sudoku ${small[@]+"${small[@]}"}
part "replays, attention" replays sudoku_extreme_attention sudoku ${small_attention[@]+"${small_attention[@]}"}
part "learns" learns

version=$("$bin/trm-train" --version 2>/dev/null)
card=$(nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null | tr '\n' ';')
[ "$device" != cpu ] || card="$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
cat >gpu_check.json.partial <<J
{"device": "$(quoted "$device")", "card": "$(quoted "$card")", "version": "$(quoted "$version")", "failed": $failed, "parts": [
$json
]}
J
mv gpu_check.json.partial gpu_check.json
echo
echo "$device: ${card:-no nvidia-smi here}; $version"
printf '%s\n' "${table[@]}"
echo "$([ $failed -eq 0 ] && echo "everything is good" || echo "$failed of ${#table[@]} parts failed"), in $SECONDS s; details: $PWD/gpu_check.json and logs/"
[ $failed -eq 0 ]
