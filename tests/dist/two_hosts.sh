#!/usr/bin/env bash
# Two network namespaces joined by a cable stand for two hosts: a run of both has the bits of one
# process, and ends within dist.timeout when the cable is cut. Passes with a word where the right to
# make namespaces is missing.
#   tests/dist/two_hosts.sh PROGRAM_FOLDER
set -euo pipefail
bin=$1
source=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
a=trm-a-$$ b=trm-b-$$

fail() { echo "error: $*" >&2; cat "$scratch"/*.err >&2; exit 1; }
clean_up() {
  kill -9 $(jobs -p) 2>/dev/null || true
  ip netns del $a 2>/dev/null || true
  ip netns del $b 2>/dev/null || true
  rm -rf "$scratch"
}
trap clean_up EXIT

if ! command -v ip >/dev/null || ! ip netns add $a 2>/dev/null; then
  echo "skipped: no right to make network namespaces, or no ip command"
  exit 0
fi
ip netns add $b
ip link add va$$ type veth peer name vb$$
ip link set va$$ netns $a
ip link set vb$$ netns $b
ip -n $a addr add 10.231.17.1/24 dev va$$
ip -n $b addr add 10.231.17.2/24 dev vb$$
for host in $a $b; do ip -n $host link set lo up; done
ip -n $a link set va$$ up
ip -n $b link set vb$$ up

"$bin"/trm-data generate sudoku --box 2x2 --train 200 --test 20 --seed 0 "$scratch/data" --quiet >/dev/null
train=("$bin/trm-train" "$source/configs/tiny.yaml" "data.path=$scratch/data" dist.timeout=10 --quiet)
export OMP_NUM_THREADS=1

rank() {  # rank HOST NUMBER RUN OVERRIDES...
  local host=$1 number=$2 run=$3
  shift 3
  ip netns exec "$host" env MASTER_ADDR=10.231.17.1 MASTER_PORT=15411 WORLD_SIZE=2 RANK="$number" \
    LOCAL_RANK=0 LOCAL_WORLD_SIZE=1 GROUP_WORLD_SIZE=2 \
    "${train[@]}" --run "$scratch/$run" "$@" >/dev/null 2>"$scratch/$run-$number.err" &
}

if ! "${train[@]}" train.steps=10 --run "$scratch/alone" >/dev/null 2>"$scratch/alone.err"; then
  fail "one process failed"
fi
rank $a 0 both train.steps=10
first=$!
rank $b 1 both train.steps=10
second=$!
if ! wait $first || ! wait $second; then
  if grep -q libgloo-dev "$scratch"/both-*.err; then
    echo "skipped: built without gloo"
    exit 0
  fi
  fail "a run of two hosts failed"
fi
cmp "$scratch/alone/checkpoints/step_10/weights.safetensors" "$scratch/both/checkpoints/step_10/weights.safetensors" ||
  fail "two hosts have other bits than one process"
echo "two hosts: the bits of one process"

rank $a 0 cut train.steps=1000000 train.save_steps=10
first=$!
rank $b 1 cut train.steps=1000000 train.save_steps=10
second=$!
for _ in $(seq 300); do [ -e "$scratch/cut/checkpoints/step_10" ] && break; sleep 0.1; done
[ -e "$scratch/cut/checkpoints/step_10" ] || fail "the second run did not begin"
start=$SECONDS
ip -n $a link set va$$ down
codes=""
wait $first || codes="$codes $?"
wait $second || codes="$codes $?"
[ "$codes" = " 75 75" ] || fail "exit codes$codes where 75 75 were due"
[ $((SECONDS - start)) -le 15 ] || fail "it took $((SECONDS - start)) s to end"
grep -q "error: lost rank 1 on .*: no answer for" "$scratch/cut-0.err" || fail "host 0 does not say what it lost"
grep -q "error: lost rank 0 on .*: no answer for" "$scratch/cut-1.err" || fail "host 1 does not say what it lost"
echo "the cable cut: both ended after $((SECONDS - start)) s"
