#!/usr/bin/env bash
# Installs a build into a scratch prefix, moves the prefix, and uses it: its programs, also as another
# user, and its library from another project.
#   tests/install/run.sh BUILD_FOLDER LIBTORCH_FOLDER
set -euo pipefail
build=$(realpath "$1")
torch=$(realpath "$2")
consumer=$(realpath "$(dirname "$0")/consumer")
scratch=$(mktemp -d "${TMPDIR:-/tmp}/trm-install-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
umask 022

fail() { echo "error: $*" >&2; exit 1; }
say() { echo "== $*"; }
quietly() { "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "$*"; }; }

say "installing, and moving the prefix"
quietly cmake --install "$build" --prefix "$scratch/first"
prefix="$scratch/moved prefix"
mv "$scratch/first" "$prefix"
for file in LICENSE README.md; do
  [ -s "$prefix/share/doc/trm/$file" ] || fail "no $file"
done
! grep -rlF "$scratch/first" "$prefix" || fail "these name the prefix"
! grep -rlF "$build" "$prefix/lib/cmake" || fail "these name the build folder"

say "programs"
cd "$scratch"
export OMP_NUM_THREADS=1
for program in "$prefix"/bin/*; do quietly "$program" --version; done
completions="$prefix/share/bash-completion/completions"
(
  . "$completions/trm-data"
  COMP_WORDS=(trm-data generate su) COMP_CWORD=2
  _trm_data
  [ "${COMPREPLY[*]}" = sudoku ] || fail "bash completes 'trm-data generate su' to '${COMPREPLY[*]}'"
  COMP_WORDS=(trm-data generate sudoku --min) COMP_CWORD=3
  _trm_data
  [ "${COMPREPLY[*]}" = --minimal ] || fail "bash completes '--min' to '${COMPREPLY[*]}'"
  . "$completions/trm-solve"
  COMP_WORDS=(trm-solve run --weights "") COMP_CWORD=3
  _trm_solve
  [ "${COMPREPLY[*]}" = "ema raw" ] || fail "bash completes '--weights' to '${COMPREPLY[*]}'"
  . "$completions/trm-runs"
  COMP_WORDS=(trm-runs com) COMP_CWORD=1
  _trm_runs
  [ "${COMPREPLY[*]}" = compare ] || fail "bash completes 'trm-runs com' to '${COMPREPLY[*]}'"
)
for shell in bash zsh fish; do
  command -v $shell >/dev/null || continue
  for file in "$prefix"/share/{bash-completion/completions/trm-*,zsh/site-functions/_trm-*,fish/vendor_completions.d/trm-*}; do
    case $shell:$file in
      bash:*/bash-completion/* | zsh:*/zsh/* | fish:*/fish/*) quietly $shell -n "$file" ;;
    esac
  done
done
quietly "$prefix/bin/trm-data" generate sudoku --box 2x2 --train 20 --test 10 --givens 8:10 --seed 0 sudoku
config="$prefix/share/trm/configs/tiny.yaml"
quietly "$prefix/bin/trm-train" "$config" data.path=sudoku data.validation=5 train.batch=4 train.steps=2 \
  --run run
"$prefix/bin/trm-runs" . | grep -q "run .*finished .*2/2" || fail "trm-runs does not list the run"

configure_and_build() {  # configure FOLDER OPTION...
  quietly cmake -S "$consumer" -B "$1" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" "${@:2}"
  CCACHE_BASEDIR="$scratch" CCACHE_NOHASHDIR=1 quietly cmake --build "$1"
}
launcher=()
command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)

say "another project: core and format, where there is no LibTorch"
HOME=$scratch TRM_CACHE=$scratch/none CCACHE_DIR=$(ccache -k cache_dir 2>/dev/null || true) \
  configure_and_build consumer_parts -DPARTS="core;format" "${launcher[@]}"
./consumer_parts/without_torch "$config"

say "another project: all of it"
configure_and_build consumer_all "${launcher[@]}"
./consumer_all/with_torch

say "another user"
if [ "$(id -u)" -ne 0 ] || ! command -v setpriv >/dev/null; then
  echo "skipped: only root can become another user"
  exit 0
fi
# LibTorch beside the programs, where --component libtorch puts it: root's cache is closed to others.
share() { cp -al "$1" "$2" 2>/dev/null || cp -a "$1" "$2"; }
mkdir -p "$prefix/lib/trm/torch"
share "$torch/lib" "$prefix/lib/trm/torch/lib"
[ ! -d "$torch/../nvidia" ] || share "$torch/../nvidia" "$prefix/lib/trm/nvidia"
mkdir "$scratch/theirs"
chown 65534 "$scratch/theirs"
as_nobody() {
  setpriv --reuid=65534 --regid=65534 --clear-groups env -i HOME="$scratch/theirs" PATH=/usr/bin:/bin \
    OMP_NUM_THREADS=1 "$@"
}
cd "$scratch/theirs"
quietly as_nobody "$prefix/bin/trm-data" generate sudoku --box 2x2 --train 20 --test 10 --givens 8:10 --seed 0 sudoku
quietly as_nobody "$prefix/bin/trm-train" "$config" data.path=sudoku train.batch=4 train.steps=1 --run run
quietly as_nobody "$prefix/bin/trm-eval" --version
