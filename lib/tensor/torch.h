#pragma once

// The only door to LibTorch, and the precompiled header of every layer above core and format.
// Narrow on purpose: <torch/torch.h> costs twice the compile time.
#include <torch/csrc/autograd/custom_function.h>
#include <torch/nn/module.h>
#include <torch/types.h>
