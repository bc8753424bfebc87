#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace trm {

// An HTTP server on 127.0.0.1 that says what a test wants: one request a connection, one after
// another.
class LoopbackServer {
 public:
  struct Reply {
    std::string text;  // head and body, as they go over the wire
    enum class Then { closes, hangs, repeats } then = Then::closes;
  };
  // `request` is the head as it came, `number` counts from 0.
  using Handler = std::function<Reply(const std::string& request, size_t number)>;

  explicit LoopbackServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
      throw std::runtime_error("no loopback server");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~LoopbackServer() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  bool ready(int socket) const {
    pollfd entry{socket, POLLIN, 0};
    return ::poll(&entry, 1, 2) > 0;
  }

  void serve() {
    while (!stop_) {
      if (!ready(listener_)) continue;
      const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer < 0) continue;
      answer(peer);
      ::close(peer);
    }
  }

  void answer(int peer) {
    std::string request;
    char buffer[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
      if (stop_) return;
      if (!ready(peer)) continue;
      const auto count = ::recv(peer, buffer, sizeof(buffer), 0);
      if (count <= 0) return;
      request.append(buffer, static_cast<size_t>(count));
    }
    size_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      number = requests_.size();
      requests_.push_back(request);
    }
    const auto reply = handler_(request, number);
    bool open = send(peer, reply.text);
    if (reply.then == Reply::Then::repeats) {
      const std::string more = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
      while (open && !stop_) open = send(peer, more);
    }
    while (reply.then == Reply::Then::hangs && open && !stop_) {
      open = !ready(peer) || ::recv(peer, buffer, sizeof(buffer), 0) > 0;
    }
  }

  static bool send(int peer, std::string_view text) {
    while (!text.empty()) {
      const auto count = ::send(peer, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      text.remove_prefix(static_cast<size_t>(count));
    }
    return true;
  }

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace trm
