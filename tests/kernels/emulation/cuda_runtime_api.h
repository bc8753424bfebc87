#pragma once

// What the kernels include of CUDA, here without it.
#include "tests/kernels/emulation/device.h"
