#include <cstdio>

#include "core/version.h"
#include "tensor/device.h"

int main() {
  const auto compute = trm::choose_compute("cpu", "float32", 1);
  const auto sum = torch::ones({2, 3}, compute.device).sum().item<double>();
  std::printf("trm %s, LibTorch %s, %g\n", trm::version().number.c_str(),
              trm::torch_version().c_str(), sum);
  return sum == 6 ? 0 : 1;
}
