# cmake --install: programs, library, headers and configs under a prefix that may be moved afterwards.
#   cmake --install build/release --prefix DIR
#   cmake --install build/release --prefix DIR --component libtorch     LibTorch as well, 1 GB
# LibTorch is found in the prefix, else where it was at the build; other users cannot read the cache
# folder of the one who built.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
get_property(libraries GLOBAL PROPERTY TRM_LIBRARIES)
get_property(programs GLOBAL PROPERTY TRM_PROGRAMS)

set(own_folder ${CMAKE_INSTALL_LIBDIR}/trm)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/trm)
file(RELATIVE_PATH programs_to_own_folder ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR}/trm)
set_target_properties(${programs} PROPERTIES
  INSTALL_RPATH "$ORIGIN/${programs_to_own_folder}/torch/lib;${TRM_TORCH}/lib;$ORIGIN/${programs_to_own_folder}")
install(TARGETS ${programs} RUNTIME)
if(TARGET trm_nccl)
  set_target_properties(trm_nccl PROPERTIES INSTALL_RPATH "$ORIGIN/torch/lib;${TRM_TORCH}/lib")
  install(TARGETS trm_nccl LIBRARY DESTINATION ${own_folder})
endif()

# Each program knows its own options.
set(completion_bash "${CMAKE_INSTALL_DATADIR}/bash-completion/completions/PROGRAM")
set(completion_zsh "${CMAKE_INSTALL_DATADIR}/zsh/site-functions/_PROGRAM")
set(completion_fish "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d/PROGRAM.fish")
foreach(program IN LISTS programs)
  foreach(shell IN ITEMS bash zsh fish)
    string(REPLACE PROGRAM ${program} path "${completion_${shell}}")
    install(CODE "
      set(path \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${path}\")
      get_filename_component(folder \"\${path}\" DIRECTORY)
      file(MAKE_DIRECTORY \"\${folder}\")
      execute_process(COMMAND ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${program} --completion ${shell}
        OUTPUT_FILE \"\${path}\" COMMAND_ERROR_IS_FATAL ANY)")
  endforeach()
endforeach()

foreach(name IN LISTS libraries ITEMS version)
  set_target_properties(trm_${name} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS trm_${name} EXPORT trm
    ARCHIVE INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/trm)
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/lib/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/trm
  FILES_MATCHING PATTERN *.h)

install(EXPORT trm NAMESPACE trm:: FILE trmTargets.cmake DESTINATION ${package_folder})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/trmConfig.cmake.in
  ${PROJECT_BINARY_DIR}/trmConfig.cmake INSTALL_DESTINATION ${package_folder}
  PATH_VARS own_folder)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/trmConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/trmConfig.cmake ${PROJECT_BINARY_DIR}/trmConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/torch.cmake ${PROJECT_SOURCE_DIR}/cmake/FindLibZip.cmake
  DESTINATION ${package_folder})

install(DIRECTORY ${PROJECT_SOURCE_DIR}/configs DESTINATION ${CMAKE_INSTALL_DATADIR}/trm)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The layout of the wheels: LibTorch finds their neighbours by paths from itself.
install(DIRECTORY ${TRM_TORCH}/include ${TRM_TORCH}/lib DESTINATION ${own_folder}/torch
  COMPONENT libtorch EXCLUDE_FROM_ALL)
install(DIRECTORY ${TRM_TORCH}/../nvidia DESTINATION ${own_folder}
  COMPONENT libtorch EXCLUDE_FROM_ALL OPTIONAL)
