#!/usr/bin/env bash
# Sets up, builds and tests; says what it does and how long each part took.
#   scripts/test.sh          all tests but the slow ones, those that need a GPU or PyTorch itself
#   scripts/test.sh --all    all tests; those for a GPU pass where there is none, those with PyTorch
#                            fetch it (4.9 GB, into TRM_CACHE)
#   scripts/test.sh --asan   the tests of core, format and emulated CUDA kernels with memory checks
# With CI=true in the environment warnings are errors and PyTorch is fetched. The exit code is that of
# the first part that fails.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=release
[ "${CI:-}" = true ] && preset=ci
targets=(all)
tests=(--label-exclude 'slow|gpu|interop')
[ "${CI:-}" = true ] && tests=(--label-exclude 'slow|gpu')
for argument in "$@"; do
  case $argument in
    --all) tests=() ;;
    --asan)
      # The others link LibTorch, which has no such checks compiled in: ten times the build for little.
      preset=asan
      targets=(test_core test_format test_emulation)
      tests=(--tests-regex '^(core|format|emulation)[.]')
      ;;
    -h | --help) sed -n '2,9s/^# //p' "$0"; exit 0 ;;
    *) echo "error: $argument: unknown option; see $0 --help" >&2; exit 2 ;;
  esac
done

part() {  # part WHAT COMMAND...
  local what=$1 start=$SECONDS code=0
  shift
  echo "== $what"
  "$@" || code=$?
  if [ $code -ne 0 ]; then
    echo "error: $what failed after $((SECONDS - start)) s (exit code $code); its last words are above" >&2
    exit $code
  fi
  echo "== $what: done in $((SECONDS - start)) s"
}

build=build/$preset
part "setting up" scripts/setup.sh
. scripts/environment.sh
part "configuring $build" cmake --preset "$preset" -DTRM_TESTS=ON --log-level=WARNING
part "building" cmake --build "$build" --parallel "$(nproc)" --target "${targets[@]}"
# Side by side: most wait for other programs half of the time. Threads that wait for each other do not
# take the processor from those that work.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
part "testing" ctest --parallel "$(nproc)" --test-dir "$build" --output-on-failure --no-tests=error ${tests[@]+"${tests[@]}"}
