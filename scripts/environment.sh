# Read by a shell, with a dot in front: finds what scripts/setup.sh --user put into the cache folder.
#   . scripts/environment.sh
trm_packages=${TRM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/trm}/packages
if [ -e "$trm_packages/python" ]; then
  export PATH="$trm_packages/python/bin:$PATH" PYTHONPATH="$trm_packages/python${PYTHONPATH:+:$PYTHONPATH}"
  export TRM_FETCH=ON
elif [ -e "$trm_packages/usr" ]; then
  trm_machine=$(uname -m)-linux-gnu
  export PATH="$trm_packages/usr/bin:$PATH"
  export CMAKE_PREFIX_PATH="$trm_packages/usr${CMAKE_PREFIX_PATH:+:$CMAKE_PREFIX_PATH}"
  export CPATH="$trm_packages/usr/include:$trm_packages/usr/include/$trm_machine${CPATH:+:$CPATH}"
  trm_libraries="$trm_packages/usr/lib/$trm_machine:$trm_packages/lib/$trm_machine"
  export LIBRARY_PATH="$trm_libraries${LIBRARY_PATH:+:$LIBRARY_PATH}"
  export LD_LIBRARY_PATH="$trm_libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  export PYTHONPATH="$trm_packages/usr/lib/python3/dist-packages${PYTHONPATH:+:$PYTHONPATH}"
  export GIT_EXEC_PATH="$trm_packages/usr/lib/git-core"
  [ -d "$GIT_EXEC_PATH" ] || unset GIT_EXEC_PATH
fi
