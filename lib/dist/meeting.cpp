#include "dist/meeting.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>
#include <thread>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/printable.h"
#include "dist/watch.h"

namespace trm::dist {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

std::string numeric(const sockaddr* address, socklen_t size) {
  std::array<char, NI_MAXHOST> text{};
  const int code =
      ::getnameinfo(address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
  return code == 0 ? text.data() : "";
}

// Both ends of the way from this host to another, as numbers.
struct Way {
  std::string here, there;
};

// Nothing is sent: a datagram's socket only asks the system for the route.
Way way_to(const std::string& host, uint16_t port) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_DGRAM;
  const auto service = std::to_string(port);
  if (::getaddrinfo(host.c_str(), service.c_str(), &hints, &found) != 0) return {};
  Way way;
  for (const auto* entry = found; entry != nullptr && way.here.empty(); entry = entry->ai_next) {
    const int file = ::socket(entry->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (file < 0) continue;
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    auto* address = reinterpret_cast<sockaddr*>(&own);
    if (::connect(file, entry->ai_addr, entry->ai_addrlen) == 0 &&
        ::getsockname(file, address, &size) == 0)
      way = {numeric(address, size), numeric(entry->ai_addr, entry->ai_addrlen)};
    ::close(file);
  }
  ::freeaddrinfo(found);
  return way;
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

std::string place(const Launch& launch) {
  return fmt::format("{}:{}", printable(launch.address), launch.port);
}

std::string here_key(int rank) { return "here/" + std::to_string(rank); }

// Quietly, as when another rank has failed: all are asked, and one line would come from each.
void stop_if_asked() {
  if (const int signal = interrupt_signal(); signal != 0)
    throw LostRank("stopped while ranks met", 128 + signal);
}

[[noreturn]] void fail_to_open(const Launch& launch, const std::string& text, bool serves,
                               double seconds) {
  if (serves && text.find("EADDRINUSE") != std::string::npos)
    throw Error(
        fmt::format("port {} of {} is taken by another program; set MASTER_PORT to a free "
                    "one",
                    launch.port, host_name()));
  if (serves && text.find("listen") != std::string::npos)
    throw Error(
        fmt::format("port {} of {} cannot be opened; set MASTER_PORT to a free one from "
                    "1024 on",
                    launch.port, host_name()));
  throw Error(
      fmt::format("{}: no answer within {:.3g} s; is that where rank 0 runs, and may this "
                  "host reach it? ({} told so)",
                  place(launch), seconds, launch.by));
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? printable(name.data()) : "this host";
}

c10::intrusive_ptr<c10d::Store> open_store(const Launch& launch, milliseconds timeout,
                                           bool may_serve) {
  c10d::TCPStoreOptions options;
  options.port = launch.port;
  options.isServer = may_serve && launch.is_first() && !launch.agent_store;
  options.waitWorkers = false;
  if (options.isServer && launch.listen) options.masterListenFd = *launch.listen;
  // In slices, so that a program that is asked to stop does.
  const auto deadline = Clock::now() + timeout;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    options.timeout = std::clamp(left, milliseconds(100), milliseconds(2000));
    try {
      auto store = c10::make_intrusive<c10d::TCPStore>(launch.address, options);
      store->setTimeout(timeout);
      return c10::make_intrusive<c10d::PrefixStore>("trm/" + launch.run, std::move(store));
    } catch (const std::exception& error) {
      stop_if_asked();
      if (options.isServer || left <= options.timeout)
        fail_to_open(launch, error.what(), options.isServer,
                     std::chrono::duration<double>(timeout).count());
    }
  }
}

Meeting meet(const Launch& launch, c10d::Store& store, milliseconds timeout,
             const std::function<void()>& alive) {
  const auto way = way_to(launch.address, launch.port);
  store.set(here_key(launch.rank), host_name() + "\n" + way.here + "\n" + way.there);

  const auto deadline = Clock::now() + timeout;
  std::vector<int> missing(static_cast<size_t>(launch.ranks));
  for (size_t r = 0; r < missing.size(); ++r) missing[r] = static_cast<int>(r);
  for (;;) {
    std::erase_if(missing, [&](int rank) { return store.check({here_key(rank)}); });
    alive();
    stop_if_asked();
    if (missing.empty()) break;
    if (Clock::now() > deadline) {
      std::vector<std::string> names;
      for (const int rank : missing) names.push_back(std::to_string(rank));
      throw Error(fmt::format(
          "{} {} of {} did not come to {} within {:.3g} s; look for {} own "
          "messages, or allow more time",
          names.size() == 1 ? "rank" : "ranks", listed(names), launch.ranks, place(launch),
          std::chrono::duration<double>(timeout).count(), names.size() == 1 ? "its" : "their"));
    }
    std::this_thread::sleep_for(milliseconds(20));
  }

  Meeting meeting;
  const char* interfaces = std::getenv("GLOO_SOCKET_IFNAME");
  const bool chosen = interfaces != nullptr && *interfaces != '\0';
  if (!chosen) meeting.address = way.here;
  for (int rank = 0; rank < launch.ranks; ++rank) {
    std::istringstream lines(store.get_to_str(here_key(rank)));
    std::string host, here, there;
    std::getline(lines, host);
    std::getline(lines, here);
    std::getline(lines, there);
    meeting.hosts.push_back(printable(host));
    // Rank 0's host may know its own name as 127.0.1.1: there, what others reach it by is taken.
    if (!chosen && is_loopback(way.here) && !there.empty() && !is_loopback(there))
      meeting.address = there;
  }
  return meeting;
}

}  // namespace trm::dist
