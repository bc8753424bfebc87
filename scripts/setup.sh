#!/usr/bin/env bash
# Installs what a build needs: Debian packages (only the missing ones) and LibTorch in a cache folder.
#   scripts/setup.sh          what a CPU needs
#   scripts/setup.sh --cuda   the CUDA libraries as well (4.9 GB; nvcc itself comes from the system)
# TRM_CACHE chooses the cache folder. A Torch named by Torch_DIR or CMAKE_PREFIX_PATH is used as it is.
set -euo pipefail

version=2.11.0
cache=${TRM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trm}
cuda=false
for argument in "$@"; do
  case $argument in
    --cuda) cuda=true ;;
    -h | --help) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
    *) echo "error: $argument: unknown option; see $0 --help" >&2; exit 2 ;;
  esac
done

fail() { echo "error: $*" >&2; exit 2; }

# --- Debian packages ---------------------------------------------------------------------------
packages=(g++ cmake ninja-build ccache git python3 python3-pip ca-certificates unzip libfmt-dev
  libyaml-cpp-dev libcli11-dev nlohmann-json3-dev catch2 zlib1g-dev libssl-dev)
missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || fail "apt-get is not here; install by hand: ${missing[*]}"
  root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "neither root nor sudo; ask an administrator to install: ${missing[*]}"
    root=(sudo)
  fi
  echo "setup: installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${root[@]}" apt-get update -qq || fail "apt-get update failed; is there a network?"
  "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install: ${missing[*]}"
fi

# --- LibTorch ----------------------------------------------------------------------------------
if [ -n "${Torch_DIR:-}" ] || [ -n "${CMAKE_PREFIX_PATH:-}" ]; then
  echo "setup: using the Torch that Torch_DIR or CMAKE_PREFIX_PATH names"
  exit 0
fi
[ "$(uname -sm)" = "Linux x86_64" ] ||
  fail "$(uname -sm): no LibTorch to fetch for this machine; set Torch_DIR to one of your own"

# The wheels are unpacked side by side: LibTorch's own RPATH then finds its neighbours. The Python
# version in a wheel's name does not matter here, only its libraries and headers are used.
wheels=("torch==$version --hash=sha256:7aa2f9bbc6d4595ba72138026b2074be1233186150e9292865e04b7a63b8c67a"
  "nvidia-cuda-runtime==13.0.96 --hash=sha256:7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548"
  "nvidia-cuda-cupti==13.0.85 --hash=sha256:4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8")
platforms=()
for glibc in 2014 _2_17 _2_18 _2_19 _2_20 _2_21 _2_22 _2_23 _2_24 _2_25 _2_26 _2_27 _2_28; do
  platforms+=(--platform "manylinux${glibc}_x86_64")
done
for_this_wheel=(--python-version 3.11 --implementation cp --abi cp311 --abi none "${platforms[@]}"
  --only-binary=:all: --disable-pip-version-check --no-cache-dir)

fetch_cpu() {
  echo "setup: fetching LibTorch $version (530 MB) into $1"
  printf '%s\n' "${wheels[@]}" >"$1/requirements.txt"
  python3 -m pip download --quiet "${for_this_wheel[@]}" --no-deps --require-hashes \
    -r "$1/requirements.txt" -d "$1/wheels" || fail "the download of LibTorch failed; run setup again"
  for wheel in "$1"/wheels/*.whl; do unzip -qo "$wheel" -d "$1" || fail "cannot unpack $wheel; is the disk full?"; done
  rm -rf "$1/wheels" "$1/torch/bin" "$1/torch/test"
}

fetch_cuda() {
  echo "setup: fetching the CUDA libraries of LibTorch $version (4.3 GB) into $1"
  python3 -m pip install --quiet "${for_this_wheel[@]}" --no-compile --upgrade --target "$1" \
    "torch==$version" || fail "the download of the CUDA libraries failed; run setup again"
}

# A folder appears under its final name only when it is whole.
provide() {  # provide NAME FETCH
  local target=$cache/$1 partial
  [ -e "$target/torch/lib/libtorch_cpu.so" ] && return
  mkdir -p "$cache"
  partial=$(mktemp -d "$cache/$1.partial-XXXXXX")
  trap 'rm -rf "$partial"' EXIT
  "$2" "$partial"
  mv -T "$partial" "$target" || fail "cannot write $target"
  trap - EXIT
}

if $cuda; then
  command -v nvcc >/dev/null || [ -x /usr/local/cuda/bin/nvcc ] ||
    fail "nvcc: not found; install the CUDA toolkit 13.0 of your distribution or NVIDIA, then run setup --cuda again"
  provide "libtorch-$version-cuda" fetch_cuda
else
  provide "libtorch-$version" fetch_cpu
fi
