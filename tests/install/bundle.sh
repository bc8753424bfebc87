#!/usr/bin/env bash
# Makes a bundle of a build, unpacks it in a root folder that has a shell and LibTorch and nothing else of
# this system, and uses it there as a user without rights: puzzles, a training, an evaluation and all of
# gpu_check.sh on the processor. Where no root folder can be entered, it runs unpacked elsewhere.
#   tests/install/bundle.sh BUILD_FOLDER LIBTORCH_FOLDER [ROOT_FOLDER]
# ROOT_FOLDER: another system's, as debootstrap makes it; it is left as it was.
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
build=$(realpath "$1") torch=$(realpath "$2")
scratch=$(mktemp -d "${TMPDIR:-/tmp}/trm-bundle-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
umask 022
fail() { echo "error: $*" >&2; exit 1; }
say() { echo "== $*"; }
share() { cp -al "$1" "$2" 2>/dev/null || cp -a "$1" "$2"; }

say "making it"
"$source/scripts/bundle.sh" "$scratch/made/trm" --build "$build" >"$scratch/log" 2>&1 || { cat "$scratch/log"; fail "bundle.sh"; }
rm -r "$scratch/made/trm"
work=$scratch/work
mkdir -p "$work/torch"
tar -xzf "$scratch/made/trm.tar.gz" -C "$work"
for binary in "$work"/trm/programs/* "$work"/trm/lib/*.so* "$work"/trm/lib/cxx/*; do
  ! readelf -d "$binary" | grep -E 'R(UN)?PATH' | grep -qF / || readelf -d "$binary" | grep -E 'R(UN)?PATH' | grep -qF '$ORIGIN' ||
    fail "$binary leads to a folder of this machine"
done
share "$torch" "$work/torch/torch"
[ ! -d "$torch/../nvidia" ] || share "$(realpath "$torch/../nvidia")" "$work/torch/nvidia"

cat >"$work/use.sh" <<'E2'
set -euo pipefail
cd "$(dirname "$0")/home"
trm=$(cd ../trm && pwd)
fail() { echo "error: $*" >&2; exit 1; }
refused() {  # refused TEXT COMMAND...
  local code=0
  "${@:2}" >refused 2>&1 || code=$?
  [ $code -eq 2 ] && [ "$(grep -c '^error: ' refused)" = 1 ] && grep -qF -- "$1" refused || { cat refused; fail "exit code $code of ${*:2}, where 2 and '$1' were due"; }
}
refused "error: TRM_TORCH: not set" env -u TRM_TORCH PATH=../tools "$trm/bin/trm-train" --version
refused "no lib/libtorch_cpu.so in it" env TRM_TORCH=/ "$trm/bin/trm-train" --version
mkdir -p old/lib
touch old/lib/libtorch_cpu.so
echo "__version__ = '2.10.0+cpu'" >old/version.py
refused "old is LibTorch 2.10.0; 2.11 is needed" env TRM_TORCH=old "$trm/bin/trm-train" --version
export TRM_TORCH=$PWD/../torch
"$trm/bin/trm-train" --version
refused "error: device: " "$trm/bin/trm-train" "$trm/configs/tiny.yaml" device=cuda --run none
"$trm/bin/trm-data" generate sudoku --box 2x2 --train 200 --test 50 --givens 6:8 --seed 0 sudoku
"$trm/bin/trm-train" "$trm/configs/tiny.yaml" data.path=sudoku train.steps=20 --run run --quiet
"$trm/bin/trm-eval" run --json result.json
grep -q '"exact_accuracy"' result.json || fail "no result of trm-eval"
"$trm/gpu_check.sh" --device cpu checked 2>progress | tee table || { tail -n 5 checked/logs/*; fail "gpu_check.sh"; }
grep -q "^everything is good" table || fail "the table does not say so"
[ "$(grep -c ' good  *[0-9]* s  ' table)" = "$(grep -c '"good": true' checked/gpu_check.json)" ] || fail "table and JSON differ"
! ls -d checked/scratch-* 2>/dev/null || fail "gpu_check.sh leaves its scratch folder"
E2
mkdir "$work/home" "$work/tools"
for tool in cat dirname basename readlink env bash getconf grep sort head tail uname; do ln -s "$(command -v $tool)" "$work/tools"; done
threads=(OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive)

# A root folder of a shell, its tools and their libraries, with all of glibc.
make_root() {
  local root=$1 tool file folder
  mkdir -p "$root"/{usr/bin,usr/lib64,usr/lib,dev,proc,tmp}
  chmod 1777 "$root/tmp"
  ln -s usr/bin "$root/bin"; ln -s usr/lib "$root/lib"; ln -s usr/lib64 "$root/lib64"
  for tool in bash sh cat dirname basename readlink env getconf grep sort head tail tr cut wc ls sed awk mkdir mktemp mv rm \
    cp cmp touch timeout date uname tee; do
    file=$(command -v $tool) || fail "$tool: not here"
    cp -L "$file" "$root/usr/bin/$tool"
    for file in $(ldd "$file" | grep -o '/[^ ]*'); do
      mkdir -p "$root$(dirname "$file")"
      cp -L "$file" "$root$file"
    done
  done
  folder=$(dirname "$(ldd "$(command -v bash)" | grep -o '/[^ ]*/libc[.]so[.]6')")
  for file in m mvec dl pthread rt util resolv; do
    for file in "$folder/lib$file.so".[0-9]; do [ ! -e "$file" ] || cp -L "$file" "$root$folder"; done
  done
}

enter() {  # enter ROOT COMMAND...: as nobody
  unshare --mount --propagation private bash -c '
    root=$1
    mount --rbind /dev "$root/dev" && mount --bind /proc "$root/proc" && mkdir -p "$root/trm-work" &&
      mount --bind "$2" "$root/trm-work" || exit 125
    exec chroot --userspec=65534:65534 "$root" /usr/bin/env -i HOME=/trm-work/home PATH=/usr/bin:/bin "${@:3}"' \
    bash "$1" "$work" "${threads[@]}" "${@:2}"
}

if [ "$(id -u)" -eq 0 ] && command -v unshare >/dev/null && unshare --mount true 2>/dev/null; then
  root=${3:-$scratch/root}
  [ -n "${3:-}" ] || make_root "$root"
  chown 65534:65534 "$work/home"
  ! enter "$root" bash -c 'ls /usr/lib/*/libyaml-cpp.so* /usr/lib/*/libzip.so*' >/dev/null 2>&1 || fail "$root is not bare"
  say "in the root folder ${3:-of a shell alone}"
  enter "$root" bash /trm-work/use.sh
  [ -z "${3:-}" ] || rmdir "$root/trm-work"
else
  say "skipped: no right to enter another root folder; it runs unpacked elsewhere"
  env -i HOME="$work/home" PATH=/usr/bin:/bin "${threads[@]}" bash "$work/use.sh"
fi
