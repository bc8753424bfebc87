#pragma once

#include <ucontext.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace trm::emulation {

// Code with a stack of its own, which runs when it is resumed, until it pauses. All fibres belong
// to one thread of the host. AddressSanitizer is told of each change of stacks.
class Fibre {
 public:
  explicit Fibre(std::function<void()> body);  // which never returns
  Fibre(const Fibre&) = delete;
  Fibre& operator=(const Fibre&) = delete;

  void resume();        // from code that is no fibre
  static void pause();  // from a fibre: back to where it was resumed

 private:
  static void begin();

  std::function<void()> body_;
  std::unique_ptr<std::byte[]> stack_;
  ucontext_t context_{};
  void* shadow_ = nullptr;  // AddressSanitizer's stack beside this one
};

}  // namespace trm::emulation
