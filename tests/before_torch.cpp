// Of tests with LibTorch: the GPU is looked for before any of them can ask LibTorch for one.

#include "tensor/cuda_runtime.h"

void before_tests();
void before_tests() { trm::cuda::gpus(); }
