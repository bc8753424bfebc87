#pragma once

#include <chrono>
#include <string>

#include "tensor/torch.h"

namespace c10d {
class Backend;
class Store;
}  // namespace c10d

namespace trm::dist {

// CPU tensors' way between ranks. gloo.cpp answers where gloo's headers were found, which
// LibTorch's wheel lacks; gloo_absent.cpp where they were not. A build holds exactly one of the
// two.
void expect_gloo();  // Error where it is absent, saying what to install

// Joins all ranks over connections from `address`, an interface's, or where that is empty from the
// interfaces that GLOO_SOCKET_IFNAME names. Waits for the other ranks, `timeout` at most.
c10::intrusive_ptr<c10d::Backend> make_gloo(const c10::intrusive_ptr<c10d::Store>& store, int rank,
                                            int ranks, const std::string& address,
                                            std::chrono::milliseconds timeout);

}  // namespace trm::dist
