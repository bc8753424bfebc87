#define USE_C10D_GLOO

#include "dist/gloo.h"

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

namespace trm::dist {

// Debian's headers are older than the gloo in LibTorch: nothing here may touch an object of gloo's
// but through c10d, whose own code was compiled with the right ones.

void expect_gloo() {}

c10::intrusive_ptr<c10d::Backend> make_gloo(const c10::intrusive_ptr<c10d::Store>& store, int rank,
                                            int ranks, const std::string& address,
                                            std::chrono::milliseconds timeout) {
  using Gloo = c10d::ProcessGroupGloo;
  auto options = address.empty() ? Gloo::Options::create_default(timeout)
                                 : c10::make_intrusive<Gloo::Options>(timeout);
  if (!address.empty()) options->devices = {Gloo::createDeviceForHostname(address)};
  return c10::make_intrusive<Gloo>(store, rank, ranks, std::move(options));
}

}  // namespace trm::dist
