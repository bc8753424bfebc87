#!/usr/bin/env bash
# Converts a reference program's checkpoint there and back, and looks at every step with PyTorch itself;
# reads a run's event file with TensorBoard, and pictures with Pillow. Each in a virtual environment that
# is made once (4.9 and 0.2 GB, in TRM_CACHE).
#   tests/interop/run.sh PROGRAM_FOLDER
set -euo pipefail
programs=$1
source=$(cd "$(dirname "$0")/../.." && pwd)
golden=${TRM_GOLDEN:-$source/tests/golden}
versions=(torch==2.11.0 numpy==2.4.6 safetensors==0.8.0)
tensorboard=(tensorboard==2.20.0 numpy==2.4.6 pillow==13.0.0 protobuf==7.36.2 setuptools==80.10.2)
cache=${TRM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trm}

make_environment() {  # FOLDER PACKAGE...
  [ ! -e "$1/complete" ] || return 0
  echo "making a virtual environment with ${*:2} in $1"
  rm -rf "$1"
  mkdir -p "$cache"
  python3 -m venv --without-pip "$1"
  python3 -m pip --python "$1/bin/python" install --quiet --disable-pip-version-check --no-cache-dir "${@:2}"
  touch "$1/complete"
}
hash_of() { printf '%s\n' "$@" | sha256sum | cut -c1-8; }

environment=$cache/interop-$(hash_of "${versions[@]}")
make_environment "$environment" "${versions[@]}"
"$environment/bin/python" "$source/tests/interop/check.py" "$programs" "$golden"

# TensorBoard has no need of PyTorch, and is one more environment rather than another of those gigabytes.
environment=$cache/tensorboard-$(hash_of "${tensorboard[@]}")
make_environment "$environment" "${tensorboard[@]}"
"$environment/bin/python" "$source/tests/interop/check_events.py" "$programs"
"$environment/bin/python" "$source/tests/interop/check_pictures.py" "$programs"
