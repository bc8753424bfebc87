#!/usr/bin/env bash
# Converts a reference program's checkpoint there and back, and looks at every step with PyTorch itself,
# in a virtual environment that is made once (4.9 GB, in TRM_CACHE).
#   tests/interop/run.sh PROGRAM_FOLDER
set -euo pipefail
programs=$1
source=$(cd "$(dirname "$0")/../.." && pwd)
golden=${TRM_GOLDEN:-$source/tests/golden}
versions=(torch==2.11.0 numpy==2.4.6 safetensors==0.8.0)
cache=${TRM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trm}
environment=$cache/interop-$(printf '%s\n' "${versions[@]}" | sha256sum | cut -c1-8)

if [ ! -e "$environment/complete" ]; then
  echo "making a virtual environment with ${versions[*]} in $environment"
  rm -rf "$environment"
  mkdir -p "$cache"
  python3 -m venv --without-pip "$environment"
  python3 -m pip --python "$environment/bin/python" install --quiet --disable-pip-version-check \
    --no-cache-dir "${versions[@]}"
  touch "$environment/complete"
fi
exec "$environment/bin/python" "$source/tests/interop/check.py" "$programs" "$golden"
