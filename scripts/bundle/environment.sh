# Read by bash, with a dot in front: finds a LibTorch and sets the library path for the programs of
# this folder. start.sh does it for each of them; do it once to save its 0.1 s.
#   TRM_TORCH=FOLDER . environment.sh
# TRM_TORCH: a LibTorch unpacked, or site-packages/torch of a Python environment. Unset, the one that
# python3 would import is taken.
trm_bundle=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

trm_find_torch() {
  local torch=${TRM_TORCH:-} version file
  if [ -z "$torch" ]; then
    torch=$(python3 -c 'import importlib.util; print(importlib.util.find_spec("torch").submodule_search_locations[0])' 2>/dev/null) || {
      echo "error: TRM_TORCH: not set, and python3 finds no torch; name a LibTorch $(cat "$trm_bundle/lib/torch_version"), unpacked or site-packages/torch" >&2
      return 2
    }
  fi
  [ -e "$torch/lib/libtorch_cpu.so" ] || torch=$torch/torch
  if [ ! -e "$torch/lib/libtorch_cpu.so" ]; then
    echo "error: TRM_TORCH: ${torch%/torch}: no lib/libtorch_cpu.so in it; name the folder above LibTorch's lib" >&2
    return 2
  fi
  torch=$(cd "$torch" && pwd)
  for file in version.py build-version; do  # a wheel's, an archive's
    version=$(grep -ohsE "^(__version__ = ')?[0-9]+[.][0-9]+[.][0-9]+" "$torch/$file" | grep -oE '[0-9.]+$' | head -n 1) || true
    [ -z "$version" ] || break
  done
  if [ "${version%.*}" != "$(cat "$trm_bundle/lib/torch_version")" ]; then
    echo "error: TRM_TORCH: $torch is LibTorch ${version:-of unknown version}; $(cat "$trm_bundle/lib/torch_version") is needed, by which the programs were compiled" >&2
    return 2
  fi
  trm_torch=$torch
}

# The folders of CUDA's libraries, beside a wheel's LibTorch or in its own lib.
trm_find_libraries() {
  local path=$trm_bundle/lib folder needed
  [ -z "$(trm_older_cxx)" ] || path=$path:$trm_bundle/lib/cxx
  path=$path:$trm_torch/lib
  for folder in "$trm_torch"/../nvidia/*/lib; do
    [ ! -d "$folder" ] || path=$path:$(cd "$folder" && pwd)
  done
  for needed in $(cat "$trm_bundle/lib/of_torch"); do
    if ! trm_is_in "$needed" "$path:${LD_LIBRARY_PATH:-}"; then
      echo "error: TRM_TORCH: $trm_torch comes without $needed; name a LibTorch for CUDA $(cat "$trm_bundle/lib/cuda_version" 2>/dev/null), with the nvidia folder beside it" >&2
      return 2
    fi
  done
  export LD_LIBRARY_PATH=$path${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
}

trm_is_in() {  # FILE FOLDER:FOLDER...
  local folder folders
  IFS=: read -ra folders <<<"$2"
  for folder in "${folders[@]}"; do
    [ -z "$folder" ] || [ ! -e "$folder/$1" ] || return 0
  done
  return 1
}

# A word where the system has no C++ library, or an older one than this folder.
trm_older_cxx() {
  local file own theirs=
  own=$(trm_cxx_version "$trm_bundle/lib/cxx/libstdc++.so.6")
  for file in /usr/lib/"$(uname -m)"-linux-gnu/libstdc++.so.6 /usr/lib64/libstdc++.so.6 /usr/lib/libstdc++.so.6; do
    [ ! -e "$file" ] || { theirs=$(trm_cxx_version "$file"); break; }
  done
  [ "$(printf '%s\n' "$own" "$theirs" | sort -V | tail -n 1)" = "$theirs" ] || echo older
}
trm_cxx_version() { grep -aoE 'GLIBCXX_3[.]4[.][0-9]+' "$1" | sort -Vu | tail -n 1; }

trm_check_glibc() {
  local here needed
  here=$(getconf GNU_LIBC_VERSION 2>/dev/null) || return 0  # the programs will say it, less clearly
  needed=$(cat "$trm_bundle/lib/glibc_version")
  [ "$(printf '%s\n' "$needed" "${here#glibc }" | sort -V | tail -n 1)" = "${here#glibc }" ] && return
  echo "error: this system has ${here}, and these programs need $needed; make the bundle on an older system" >&2
  return 2
}

trm_check_glibc && trm_find_torch && trm_find_libraries && export TRM_BUNDLE=$trm_bundle
