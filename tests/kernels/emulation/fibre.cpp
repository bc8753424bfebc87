#include "tests/kernels/emulation/fibre.h"

#include <utility>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace trm::emulation {
namespace {

constexpr size_t kStackBytes = 128 << 10;  // AddressSanitizer's frames are large

// The side that resumes fibres.
struct Outside {
  ucontext_t context{};
  const void* stack = nullptr;
  size_t stack_bytes = 0;
  void* shadow = nullptr;
};
Outside outside;
Fibre* running = nullptr;

// Before and after a change of stacks: where to, from where.
void leave([[maybe_unused]] void** shadow, [[maybe_unused]] const void* stack,
           [[maybe_unused]] size_t bytes) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_start_switch_fiber(shadow, stack, bytes);
#endif
}
void arrive([[maybe_unused]] void* shadow, [[maybe_unused]] const void** stack,
            [[maybe_unused]] size_t* bytes) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_finish_switch_fiber(shadow, stack, bytes);
#endif
}

}  // namespace

Fibre::Fibre(std::function<void()> body)
    : body_(std::move(body)), stack_(new std::byte[kStackBytes]) {
  getcontext(&context_);
  context_.uc_stack.ss_sp = stack_.get();
  context_.uc_stack.ss_size = kStackBytes;
  context_.uc_link = nullptr;
  makecontext(&context_, begin, 0);
}

void Fibre::begin() {
  arrive(nullptr, &outside.stack, &outside.stack_bytes);
  running->body_();
}

void Fibre::resume() {
  running = this;
  leave(&outside.shadow, stack_.get(), kStackBytes);
  swapcontext(&outside.context, &context_);
  arrive(outside.shadow, nullptr, nullptr);
}

void Fibre::pause() {
  auto* self = running;
  leave(&self->shadow_, outside.stack, outside.stack_bytes);
  swapcontext(&self->context_, &outside.context);
  arrive(self->shadow_, &outside.stack, &outside.stack_bytes);
}

}  // namespace trm::emulation
