#!/usr/bin/env bash
# What bin/trm-train and its neighbours lead to: the program of that name, with the library path set.
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
[ "${TRM_BUNDLE:-}" = "$here" ] || . "$here/environment.sh" || exit 2
exec "$here/programs/$(basename "$0")" "$@"
