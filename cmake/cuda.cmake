# The CUDA compiler for lib/*/gpu/*.cu, and the CUDA runtime as CUDA::cudart.
if(NOT DEFINED CMAKE_CUDA_COMPILER AND NOT DEFINED ENV{CUDACXX})
  find_program(CMAKE_CUDA_COMPILER nvcc PATHS ENV CUDA_HOME ENV CUDA_PATH /usr/local/cuda PATH_SUFFIXES bin)
  if(NOT CMAKE_CUDA_COMPILER)
    message(FATAL_ERROR "TRM_CUDA: nvcc not found; install the CUDA toolkit 13, or name nvcc with CUDACXX")
  endif()
endif()

# Ampere and Hopper as machine code, newer devices from PTX at the first start of a program.
set(TRM_CUDA_ARCHITECTURES "80-real;90" CACHE STRING "Devices to compile for, as CMAKE_CUDA_ARCHITECTURES")
set(CMAKE_CUDA_ARCHITECTURES ${TRM_CUDA_ARCHITECTURES})
# LibTorch brings the runtime as a shared library: one for both.
set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)
enable_language(CUDA)
find_package(CUDAToolkit REQUIRED)
# CMake 3.25 does not know that nvcc has C++20.
if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
endif()
# constexpr functions of lib/ may be called on the device.
set(CMAKE_CUDA_FLAGS "${CMAKE_CUDA_FLAGS} --expt-relaxed-constexpr")
