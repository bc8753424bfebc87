#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "dist/launch.h"
#include "tensor/torch.h"

namespace c10d {
class Store;
}

namespace trm::dist {

// The store at the launch's address, which rank 0 serves unless the launcher does; keys of other
// runs and starts are not in it. Waits for the server, `timeout` at most. Error when nobody answers
// or, on the rank that serves, the port is taken.
c10::intrusive_ptr<c10d::Store> open_store(const Launch& launch, std::chrono::milliseconds timeout,
                                           bool may_serve);

struct Meeting {
  std::vector<std::string> hosts;  // each rank's, by name
  // Of this host, where the other ranks reach it; empty where GLOO_SOCKET_IFNAME is to say.
  std::string address;
};

// Waits until all ranks are there. `alive` is called several times a second, and may throw.
Meeting meet(const Launch& launch, c10d::Store& store, std::chrono::milliseconds timeout,
             const std::function<void()>& alive);

std::string host_name();

}  // namespace trm::dist
