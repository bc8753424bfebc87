add_library(trm_warnings INTERFACE)
# GCC 12 takes variants and iterators of nlohmann-json for uninitialised once they are inlined.
target_compile_options(trm_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall$<SEMICOLON>-Wextra$<SEMICOLON>-Wshadow$<SEMICOLON>-Wconversion$<SEMICOLON>-Wno-maybe-uninitialized>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${TRM_WERROR}>>:-Werror>)

# trm_library(nn tensor): lib/nn/**.cpp -> trm_nn, which may use trm_tensor.
# A folder is a target is a layer.
function(trm_library name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lib/${name}/*.cpp)
  # A gpu folder and x_absent.cpp are two bodies of one header: a build takes one of them.
  if(TRM_CUDA)
    list(FILTER sources EXCLUDE REGEX "_absent[.]cpp$")
    file(GLOB cuda_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lib/${name}/gpu/*.cu)
    list(APPEND sources ${cuda_sources})
  else()
    list(FILTER sources EXCLUDE REGEX "/gpu/[a-z_]+[.]cpp$")
    file(GLOB absent CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lib/${name}/gpu/*_absent.cpp)
    list(APPEND sources ${absent})
  endif()
  # Loops over floats become vector code only where the compiler need not keep errno and floating
  # point traps; the order of additions is kept, but for the reductions that say otherwise.
  file(GLOB loops CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lib/${name}/cpu/*.cpp)
  set_source_files_properties(${loops} PROPERTIES SKIP_PRECOMPILE_HEADERS ON
    COMPILE_OPTIONS "-O3;-fno-math-errno;-fno-trapping-math;-ffp-contract=off;-fopenmp-simd")
  add_library(trm_${name} STATIC ${sources})
  target_include_directories(trm_${name} PUBLIC ${PROJECT_SOURCE_DIR}/lib)
  target_link_libraries(trm_${name} PRIVATE trm_warnings)
  foreach(layer IN LISTS ARGN)
    target_link_libraries(trm_${name} PUBLIC trm_${layer})
  endforeach()
  if(name STREQUAL core)
    target_link_libraries(trm_core PUBLIC fmt::fmt-header-only Threads::Threads
      PRIVATE yaml-cpp::yaml-cpp OpenSSL::Crypto)
  elseif(name STREQUAL format)
    target_link_libraries(trm_format PUBLIC nlohmann_json::nlohmann_json
      PRIVATE ZLIB::ZLIB ${TRM_LIBZIP})
    target_include_directories(trm_format SYSTEM PRIVATE ${TRM_LIBZIP_INCLUDE})
  elseif(name STREQUAL tensor)
    target_link_libraries(trm_tensor PUBLIC trm::torch)
    target_precompile_headers(trm_tensor PRIVATE ${PROJECT_SOURCE_DIR}/lib/tensor/torch.h)
  elseif(TARGET trm_tensor)
    target_precompile_headers(trm_${name} REUSE_FROM trm_tensor)
  endif()
  if(name STREQUAL data)
    target_link_libraries(trm_data PRIVATE CURL::libcurl)
  endif()
endfunction()

# trm_programs(apps experiment): apps/trm_x.cpp -> bin/trm-x.
function(trm_programs folder)
  file(GLOB programs CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/trm_*.cpp)
  file(GLOB shared CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  list(REMOVE_ITEM shared ${programs})
  add_library(trm_apps STATIC ${shared})
  target_include_directories(trm_apps PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(trm_apps PUBLIC CLI11::CLI11 PRIVATE trm_version trm_warnings)
  foreach(layer IN LISTS ARGN)
    target_link_libraries(trm_apps PUBLIC trm_${layer})
  endforeach()
  target_precompile_headers(trm_apps REUSE_FROM trm_tensor)
  add_custom_target(programs)
  foreach(source IN LISTS programs)
    get_filename_component(name ${source} NAME_WE)
    string(REPLACE _ - program ${name})
    add_executable(${program} ${source})
    target_link_libraries(${program} PRIVATE trm_apps trm_warnings)
    add_dependencies(programs ${program})
    target_precompile_headers(${program} REUSE_FROM trm_tensor)
  endforeach()
endfunction()
