# trm::torch: LibTorch as an imported target of our own. find_package(Torch) is a fatal error on
# the PyPI wheel where no CUDA toolkit is installed, and a CPU build needs two of its libraries.
# Searched: Torch_DIR, CMAKE_PREFIX_PATH, then the folder that scripts/setup.sh fills. Read by our own
# build and, installed beside trmConfig.cmake, by others' that use the library; they find first what
# TRM_TORCH_NEAR lists. Where there is none, TRM_TORCH is empty and trm_torch_missing says what to do.
set(trm_torch_version 2.11.0)
set(trm_cache "$ENV{TRM_CACHE}")
if(NOT trm_cache)
  set(trm_cache "$ENV{XDG_CACHE_HOME}")
  if(NOT trm_cache)
    set(trm_cache "$ENV{HOME}/.cache")
  endif()
  string(APPEND trm_cache "/trm")
endif()

set(torch_candidates ${TRM_TORCH_NEAR})
foreach(dir IN ITEMS ${Torch_DIR} $ENV{Torch_DIR})
  list(APPEND torch_candidates ${dir}/../../..)
endforeach()
string(REPLACE ":" ";" environment_prefixes "$ENV{CMAKE_PREFIX_PATH}")
foreach(dir IN ITEMS ${CMAKE_PREFIX_PATH} ${environment_prefixes})
  list(APPEND torch_candidates ${dir} ${dir}/torch)
endforeach()
# Compiling and linking CUDA code needs no more than the CPU's folder holds; running it does.
set(torch_folders ${trm_cache}/libtorch-${trm_torch_version}/torch
  ${trm_cache}/libtorch-${trm_torch_version}-cuda/torch)
if(TRM_CUDA)
  list(REVERSE torch_folders)
endif()
list(APPEND torch_candidates ${torch_folders})

set(TRM_TORCH "")
foreach(dir IN LISTS torch_candidates)
  if(NOT TRM_TORCH AND EXISTS ${dir}/lib/libtorch_cpu.so AND EXISTS ${dir}/include/ATen/ATen.h)
    get_filename_component(TRM_TORCH ${dir} ABSOLUTE)
  endif()
endforeach()
set(trm_torch_missing "")
if(NOT TRM_TORCH)
  set(trm_torch_missing "LibTorch: not found; run scripts/setup.sh, or set Torch_DIR to the folder of TorchConfig.cmake")
elseif(TRM_CUDA AND NOT EXISTS ${TRM_TORCH}/lib/libtorch_cuda.so)
  set(trm_torch_missing "LibTorch: ${TRM_TORCH} has no CUDA; run scripts/setup.sh --cuda, or set Torch_DIR to one that has")
endif()
if(trm_torch_missing OR TARGET trm::torch)
  return()
endif()

add_library(trm::torch INTERFACE IMPORTED)
# -idirafter: the wheel bundles headers of fmt 12, which must not hide the system's fmt. CUDA sources
# see no LibTorch: its headers cost them a minute each.
target_compile_options(trm::torch INTERFACE
  "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-idirafter ${TRM_TORCH}/include>"
  "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-idirafter ${TRM_TORCH}/include/torch/csrc/api/include>")
target_link_libraries(trm::torch INTERFACE ${TRM_TORCH}/lib/libtorch_cpu.so ${TRM_TORCH}/lib/libc10.so)
# LibTorch's loops are inline OpenMP; the wheel brings the runtime that its libraries use.
if(EXISTS ${TRM_TORCH}/lib/libgomp.so.1)
  target_compile_options(trm::torch INTERFACE $<$<COMPILE_LANGUAGE:CXX>:${OpenMP_CXX_FLAGS}>)
  target_link_libraries(trm::torch INTERFACE ${TRM_TORCH}/lib/libgomp.so.1)
else()
  target_link_libraries(trm::torch INTERFACE OpenMP::OpenMP_CXX)
endif()
# The wheel's own RPATH finds the rest when a program starts.
target_link_options(trm::torch INTERFACE -Wl,--unresolved-symbols=ignore-in-shared-libs)
if(TRM_CUDA)
  # libtorch_cuda registers itself: no symbol of ours is in it, and tensor/gpu/cuda_runtime.cpp loads it
  # where there is a GPU. So a program starts where the libraries of CUDA that it needs are missing.
  # Linked only: the sources in gpu folders are given CUDA's headers, and the others' compile commands
  # are those of a build without CUDA.
  target_link_libraries(trm::torch INTERFACE ${TRM_TORCH}/lib/libc10_cuda.so $<LINK_ONLY:CUDA::cudart>
    ${CMAKE_DL_LIBS})
endif()
