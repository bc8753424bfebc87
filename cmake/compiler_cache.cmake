# ccache where it is installed: a clone elsewhere, or a build made anew, compiles what has changed.
find_program(TRM_CCACHE ccache)
if(TRM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths in the cache are relative, and precompiled headers need these allowances.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ccache)
endif()
