#!/usr/bin/env bash
# Formats the C++ and CUDA sources by .clang-format, with the one version of clang-format whose output
# the repository holds (fetched once from PyPI into TRM_CACHE).
#   scripts/format.sh [FILE ...]            formats all sources, or these
#   scripts/format.sh --check [FILE ...]    names what is not formatted, and changes nothing
set -euo pipefail

version=14.0.6
hash=d7c1c5e404c58e55f0170f01b3c5611dce6c119e62b5d1020347e0ad97d5a047
cache=${TRM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trm}
check=false
case ${1:-} in
  --check) check=true; shift ;;
  -h | --help) sed -n '2,5s/^# //p' "$0"; exit 0 ;;
  -*) echo "error: $1: unknown option; see $0 --help" >&2; exit 2 ;;
esac

fail() { echo "error: $*" >&2; exit 2; }

folder=$cache/clang-format-$version
program=$folder/clang_format/data/bin/clang-format
if [ ! -x "$program" ]; then
  [ "$(uname -sm)" = "Linux x86_64" ] || fail "$(uname -sm): no clang-format $version to fetch for this machine"
  mkdir -p "$cache" || fail "$cache: cannot be written; set TRM_CACHE to a folder of your own"
  partial=$(mktemp -d "$folder.partial-XXXXXX")
  trap 'rm -rf "$partial"' EXIT
  echo "clang-format==$version --hash=sha256:$hash" >"$partial/requirements.txt"
  python3 -m pip download --quiet --only-binary=:all: --platform manylinux2010_x86_64 --no-deps \
    --disable-pip-version-check --no-cache-dir --require-hashes -r "$partial/requirements.txt" -d "$partial" ||
    fail "the download of clang-format failed; run the same command again"
  unzip -qo "$partial"/*.whl -d "$partial"
  rm "$partial"/*.whl
  chmod 755 "$partial" "$partial/clang_format/data/bin/clang-format"
  mv -T "$partial" "$folder" 2>/dev/null || [ -x "$program" ] || fail "$folder: cannot be written"
fi

if [ $# -gt 0 ]; then
  files=("$@")
else
  cd "$(dirname "$0")/.."
  mapfile -t files < <(find apps lib tests -type f \( -name '*.h' -o -name '*.cpp' -o -name '*.cu' -o -name '*.cuh' \) | sort)
fi
run() { printf '%s\0' "${files[@]}" | xargs -0 -n 20 -P "$(nproc)" "$program" "$@"; }
if ! $check; then
  run -i
  exit
fi
faults=$(run --dry-run 2>&1 | sed -n 's/^\([^ :]*\):[0-9:]* warning: code should be clang-formatted.*/\1/p' | sort -u)
[ -z "$faults" ] || fail "not formatted, run scripts/format.sh on them:" $faults
