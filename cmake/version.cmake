# trm_version: one small file that knows the commit, written again at each build, so that a new
# commit recompiles nothing else.
set(version_file ${PROJECT_BINARY_DIR}/generated/version.cpp)
add_custom_target(trm_version_stamp
  COMMAND ${CMAKE_COMMAND} -D SOURCE=${PROJECT_SOURCE_DIR} -D OUTPUT=${version_file}
    -D VERSION=${PROJECT_VERSION} -P ${PROJECT_SOURCE_DIR}/cmake/write_version.cmake
  BYPRODUCTS ${version_file})
add_library(trm_version STATIC ${version_file})
target_include_directories(trm_version PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/lib>)
add_dependencies(trm_version trm_version_stamp)
