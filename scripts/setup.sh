#!/usr/bin/env bash
# Installs what a build needs: Debian packages (only those missing) and LibTorch in a cache folder.
#   scripts/setup.sh          what a CPU needs
#   scripts/setup.sh --cuda   the CUDA libraries as well (2.5 GB to fetch; nvcc itself comes from the system)
#   scripts/setup.sh --user   without root: the packages are unpacked into the cache folder; a C++20 compiler
#                             has to be there. Elsewhere than on Debian and Ubuntu, CMake and Ninja come
#                             from PyPI and the build fetches sources (TRM_FETCH)
# TRM_CACHE chooses the cache folder. A LibTorch named by Torch_DIR or CMAKE_PREFIX_PATH is used as
# it is.
set -euo pipefail

version=2.11.0
cache=${TRM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trm}
cuda=false
user=false
for argument in "$@"; do
  case $argument in
    --cuda) cuda=true ;;
    --user) user=true ;;
    -h | --help) sed -n '2,9s/^# //p' "$0"; exit 0 ;;
    *) echo "error: $argument: unknown option; see $0 --help" >&2; exit 2 ;;
  esac
done

fail() { echo "error: $*" >&2; exit 2; }

# --- Debian packages ---------------------------------------------------------------------------
packages=(g++ cmake ninja-build ccache git python3 python3-pip ca-certificates unzip libfmt-dev
  libyaml-cpp-dev libcli11-dev nlohmann-json3-dev catch2 zlib1g-dev libzip-dev libssl-dev
  libcurl4-openssl-dev libgloo-dev)
unpacked=$cache/packages  # what --user unpacked; environment.sh leads there
missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
    grep -qsxF "$package" "$unpacked/list" || missing+=("$package")
done

unpack_packages() {
  local folder apt=(apt-get -qq) with_dependencies
  [[ " ${missing[*]} " != *" g++ "* ]] || command -v g++ >/dev/null ||
    fail "g++: not here, and a compiler does not work unpacked; load one as a module, or ask an administrator"
  folder=$(mktemp -d "$unpacked.partial-XXXXXX")
  partial=$folder
  mkdir -p "$folder/lists/partial" "$folder/archives/partial"
  # Package lists of our own where the system has none.
  if ! apt-cache show "${missing[0]}" >/dev/null 2>&1; then
    apt+=(-o Dir::State::lists="$folder/lists" -o Dir::Cache="$folder/archives")
    "${apt[@]}" update || fail "apt-get update failed; is there a network?"
  fi
  with_dependencies=$("${apt[@]}" install --simulate --no-install-recommends "${missing[@]}" | awk '/^Inst / {print $2}') ||
    fail "apt-get does not know how to install: ${missing[*]}"
  # A compiler of the user's own stands for Debian's.
  with_dependencies=$(grep -vE '^(g[+][+]|gcc|cpp|binutils|libc6-dev|libc-dev-bin|linux-libc-dev)' <<<"$with_dependencies" || true)
  echo "setup: unpacking ${missing[*]} into $unpacked"
  (cd "$folder/archives" && "${apt[@]}" download $with_dependencies) || fail "apt-get could not download the packages; run setup again"
  for archive in "$folder"/archives/*.deb; do
    dpkg-deb -x "$archive" "$folder" || fail "cannot unpack $archive; is the disk full?"
  done
  rm -rf "$folder/archives" "$folder/lists"
  printf '%s\n' "${missing[@]}" >"$folder/list"
  if [ -e "$unpacked" ]; then
    cat "$unpacked/list" >>"$folder/list"
    cp -rn "$unpacked/." "$folder"
    rm -rf "$unpacked"
  fi
  chmod 755 "$folder"
  mv -T "$folder" "$unpacked"
}

partial=
trap 'rm -rf "$partial"' EXIT
if $user; then
  mkdir -p "$cache" || fail "$cache: cannot be written; set TRM_CACHE to a folder of your own"
fi
if $user && ! command -v apt-get >/dev/null; then
  for tool in g++ git python3 unzip; do
    command -v $tool >/dev/null || fail "$tool: not found; load it as a module, or ask an administrator"
  done
  if [ ! -e "$unpacked/python/bin/ninja" ]; then
    partial=$(mktemp -d "$unpacked.partial-XXXXXX")
    python3 -m pip install --quiet --disable-pip-version-check --no-cache-dir --target "$partial/python" \
      cmake==3.31.6 ninja==1.11.1.4 || fail "PyPI did not give CMake and Ninja; run setup again"
    touch "$partial/fetch"
    chmod 755 "$partial"
    mv -T "$partial" "$unpacked"
  fi
  echo "setup: zlib, libzip, OpenSSL and curl are the system's, with their headers; the build fetches the rest"
elif $user; then
  [ ${#missing[@]} -eq 0 ] || unpack_packages
elif [ ${#missing[@]} -gt 0 ] && [ ! -e "$unpacked/fetch" ]; then
  command -v apt-get >/dev/null || fail "apt-get is not here; run scripts/setup.sh --user, or install by hand: ${missing[*]}"
  root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "neither root nor sudo; run scripts/setup.sh --user, or ask an administrator to install: ${missing[*]}"
    root=(sudo)
  fi
  # sudo drops the environment, so the setting goes behind it.
  root+=(env DEBIAN_FRONTEND=noninteractive)
  echo "setup: installing ${missing[*]}"
  "${root[@]}" apt-get update -qq || fail "apt-get update failed; is there a network?"
  "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install: ${missing[*]}"
fi
. "$(dirname "$0")/environment.sh"

# --- LibTorch ----------------------------------------------------------------------------------
if [ -n "${Torch_DIR:-}" ]; then
  [ -e "$Torch_DIR/../../../lib/libtorch_cpu.so" ] ||
    fail "Torch_DIR=$Torch_DIR: no LibTorch there; name the folder of TorchConfig.cmake or unset it"
  echo "setup: using the LibTorch of Torch_DIR"
  exit 0
fi
# CMAKE_PREFIX_PATH may be set for other libraries' sake.
IFS=: read -ra prefixes <<<"${CMAKE_PREFIX_PATH:-}"
for prefix in ${prefixes[@]+"${prefixes[@]}"}; do
  if [ -e "$prefix/lib/libtorch_cpu.so" ] || [ -e "$prefix/torch/lib/libtorch_cpu.so" ]; then
    echo "setup: using the LibTorch of CMAKE_PREFIX_PATH, $prefix"
    exit 0
  fi
done
[ "$(uname -sm)" = "Linux x86_64" ] ||
  fail "$(uname -sm): no LibTorch to fetch for this machine; set Torch_DIR to one of your own"

# The wheels are unpacked side by side: LibTorch's own RPATH then finds its neighbours. The Python
# version in a wheel's name does not matter here, only its libraries and headers are used.
cpu_wheels=(
  torch==$version 7aa2f9bbc6d4595ba72138026b2074be1233186150e9292865e04b7a63b8c67a
  nvidia-cuda-runtime==13.0.96 7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548
  nvidia-cuda-cupti==13.0.85 4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8)
cuda_wheels=("${cpu_wheels[@]}"
  nvidia-cudnn-cu13==9.19.0.56 d20e1734305e9d68889a96e3f35094d733ff1f83932ebe462753973e53a572bf
  nvidia-cusparselt-cu13==0.8.0 25e30a8a7323935d4ad0340b95a0b69926eee755767e8e0b1cf8dd85b197d3fd
  nvidia-nccl-cu13==2.28.9 e4553a30f34195f3fa1da02a6da3d6337d28f2003943aa0a3d247bbc25fefc42
  nvidia-nvshmem-cu13==3.4.5 290f0a2ee94c9f3687a02502f3b9299a9f9fe826e6d0287ee18482e78d495b80
  nvidia-cublas==13.1.0.3 ee8722c1f0145ab246bccb9e452153b5e0515fd094c3678df50b2a0888b8b171
  nvidia-cuda-nvrtc==13.0.88 ad9b6d2ead2435f11cbb6868809d2adeeee302e9bb94bcf0539c7a40d80e8575
  nvidia-cufft==12.0.0.61 6c44f692dce8fd5ffd3e3df134b6cdb9c2f72d99cf40b62c32dde45eea9ddad3
  nvidia-cufile==1.15.1.6 08a3ecefae5a01c7f5117351c64f17c7c62efa5fffdbe24fc7d298da19cd0b44
  nvidia-curand==10.4.0.35 1aee33a5da6e1db083fe2b90082def8915f30f3248d5896bcec36a579d941bfc
  nvidia-cusolver==12.0.4.66 0a759da5dea5c0ea10fd307de75cdeb59e7ea4fcb8add0924859b944babf1112
  nvidia-cusparse==12.6.3.3 2b3c89c88d01ee0e477cb7f82ef60a11a4bcd57b6b87c33f789350b59759360b
  nvidia-nvjitlink==13.0.88 13a74f429e23b921c1109976abefacc69835f2f433ebd323d3946e11d804e47b
  nvidia-nvtx==13.0.85 4936d1d6780fbe68db454f5e72a42ff64d1fd6397df9f363ae786930fd5c1cd4)
platforms=()
for glibc in 1 2010 2014 _2_17 _2_18 _2_19 _2_20 _2_21 _2_22 _2_23 _2_24 _2_25 _2_26 _2_27 _2_28; do
  platforms+=(--platform "manylinux${glibc}_x86_64")
done

fetch() {  # fetch FOLDER WHEEL HASH...
  local folder=$1
  shift
  printf '%s --hash=sha256:%s\n' "$@" >"$folder/requirements.txt"
  python3 -m pip download --quiet --python-version 3.11 --implementation cp --abi cp311 --abi none \
    "${platforms[@]}" --only-binary=:all: --disable-pip-version-check --no-cache-dir --no-deps \
    --require-hashes -r "$folder/requirements.txt" -d "$folder/wheels" ||
    fail "the download of LibTorch failed; run setup again"
  for wheel in "$folder"/wheels/*.whl; do
    unzip -qo "$wheel" -d "$folder" || fail "cannot unpack $wheel; is the disk full?"
    rm "$wheel"
  done
  rm -rf "$folder/wheels" "$folder/torch/bin" "$folder/torch/test"
}

# A folder appears under its final name only when it is whole.
provide() {  # provide NAME SIZE WHEEL HASH...
  local target=$cache/$1
  [ -e "$target/torch/lib/libtorch_cpu.so" ] && return
  echo "setup: fetching LibTorch $version ($2) into $target"
  mkdir -p "$cache" || fail "$cache: cannot be written; set TRM_CACHE to a folder of your own"
  partial=$(mktemp -d "$cache/$1.partial-XXXXXX")
  chmod 755 "$partial"
  fetch "$partial" "${@:3}"
  mv -T "$partial" "$target" || fail "cannot write $target; remove it and run setup again"
}

if $cuda; then
  command -v nvcc >/dev/null || [ -x /usr/local/cuda/bin/nvcc ] ||
    fail "nvcc: not found; install the CUDA toolkit 13.0 of your distribution or NVIDIA, then run setup --cuda again"
  provide "libtorch-$version-cuda" "2.5 GB" "${cuda_wheels[@]}"
else
  provide "libtorch-$version" "530 MB" "${cpu_wheels[@]}"
fi
