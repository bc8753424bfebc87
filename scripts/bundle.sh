#!/usr/bin/env bash
# Makes a folder, and OUT.tar.gz of it, that runs on a machine with a LibTorch 2.11 alone: programs,
# tests for a GPU, configs and the libraries that they need. For a GPU, its driver has to be there, too.
#   scripts/bundle.sh OUT                   builds in build/bundle, with CUDA where nvcc is
#   scripts/bundle.sh OUT --build FOLDER    of a build that is there
# There: TRM_TORCH=.../site-packages/torch OUT/bin/trm-train OUT/configs/tiny.yaml; OUT/gpu_check.sh
# tries everything on a GPU.
set -euo pipefail
umask 022
source=$(cd "$(dirname "$0")/.." && pwd)
out= build=
fail() { echo "error: $*" >&2; exit 2; }
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) sed -n '2,8s/^# //p' "$0"; exit 0 ;;
    --build) build=${2:?--build needs a folder}; shift ;;
    -*) fail "$1: unknown option; see $0 --help" ;;
    *) [ -z "$out" ] || fail "$1: one folder to make is enough"; out=$1 ;;
  esac
  shift
done
[ -n "$out" ] || fail "no folder named; see $0 --help"
out=$(realpath -m "$out")
[ ! -e "$out" ] || fail "$out: is there already; name another, or remove it"

if [ -z "$build" ]; then
  cd "$source"
  build=build/bundle
  PATH=$PATH:/usr/local/cuda/bin
  scripts/setup.sh
  . scripts/environment.sh
  cuda=OFF
  command -v nvcc >/dev/null && cuda=ON
  echo "bundle: building with TRM_CUDA=$cuda in $build"
  cmake --preset release -B "$build" -DTRM_CUDA=$cuda -DTRM_TESTS=ON --log-level=WARNING
fi
build=$(realpath "$build")
cmake --build "$build" --target programs gpu_tests >&2
torch=$(cat "$build/bundle_torch.txt")

mkdir -p "$(dirname "$out")"
partial=$(mktemp -d "$out.partial-XXXXXX")
trap 'rm -rf "$partial"' EXIT
chmod 755 "$partial"
mkdir -p "$partial"/{bin,programs,lib/cxx}
programs=("$build"/bin/trm-*)
for name in $(cat "$build/bundle_tests.txt"); do programs+=("$build/bin/$name"); done
cp "${programs[@]}" "$partial/programs"
[ ! -e "$build/bin/libtrm_nccl.so" ] || cp "$build/bin/libtrm_nccl.so" "$partial/lib"

# Everything they load but what glibc, LibTorch and CUDA bring themselves.
glibc='ld-linux.*|lib(c|m|mvec|dl|pthread|rt|util|resolv|anl|nsl|BrokenLocale|thread_db|c_malloc_debug|nss_.*)[.]so.*'
of_others='lib(torch|c10|gomp|caffe2|shm|cuda|cudart|cudnn|cublas|cufft|cufile|cupti|curand|cusolver|cusparse|nv[a-z]+|nccl).*'
for line in $(LD_LIBRARY_PATH="$torch/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" ldd "$partial"/programs/* |
  awk '$2 == "=>" {print $1 "=" ($3 == "not" ? "" : $3)}' | sort -u); do
  name=${line%%=*} path=${line#*=}
  [[ ! $name =~ ^($glibc|$of_others)$ ]] || continue
  [ -e "$path" ] || fail "$name: not found on this machine, and a program needs it"
  case $name in
    libstdc++.so.6 | libgcc_s.so.1) cp -L "$path" "$partial/lib/cxx/$name" ;;
    *) cp -L "$path" "$partial/lib/$name" ;;
  esac
done
strip "$partial"/programs/* "$partial"/lib/*.so* "$partial"/lib/cxx/*

# No path of this machine stays in them.
printf 'file(RPATH_SET FILE "%s" NEW_RPATH "$ORIGIN/../lib")\n' "$partial"/programs/* >"$partial/rpath.cmake"
[ ! -e "$partial/lib/libtrm_nccl.so" ] ||
  printf 'file(RPATH_SET FILE "%s" NEW_RPATH "$ORIGIN")\n' "$partial/lib/libtrm_nccl.so" >>"$partial/rpath.cmake"
cmake -P "$partial/rpath.cmake"
rm "$partial/rpath.cmake"

# What environment.sh checks on the machine that it comes to.
binaries=("$partial"/programs/* "$partial"/lib/*.so* "$partial"/lib/cxx/*)
version() { sed -n "s/^#define TORCH_VERSION_$1 //p" "$torch/include/torch/headeronly/version.h"; }
echo "$(version MAJOR).$(version MINOR)" >"$partial/lib/torch_version"
objdump -T "${binaries[@]}" | grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -n 1 | sed 's/GLIBC_//' >"$partial/lib/glibc_version"
readelf -d "${programs[@]}" | sed -n 's/.*(NEEDED).*\[\(lib\(torch\|c10\|gomp\|cudart\).*\)\]/\1/p' | sort -u >"$partial/lib/of_torch"
sed -n 's/^libcudart[.]so[.]//p' "$partial/lib/of_torch" >"$partial/lib/cuda_version"

for program in "$partial"/programs/trm-*; do ln -s ../start.sh "$partial/bin/$(basename "$program")"; done
cp "$source"/scripts/bundle/{start,environment}.sh "$source/scripts/gpu_check.sh" "$source/LICENSE" "$source/README.md" "$partial"
cp -r "$source/configs" "$partial"
mv -T "$partial" "$out"
tar -czf "$out.tar.gz.partial" --owner=0 --group=0 -C "$(dirname "$out")" "$(basename "$out")"
mv "$out.tar.gz.partial" "$out.tar.gz"
echo "bundle: $out and $out.tar.gz ($(du -h "$out.tar.gz" | cut -f1))"
