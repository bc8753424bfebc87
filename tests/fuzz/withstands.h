#pragma once

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <typeinfo>

#include "core/error.h"
#include "tests/catch.h"
#include "tests/fuzz/mutator.h"

// Of the sanitizers, where a build has them.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace trm {

// The mutation at work, for the end of a process that cannot say more.
inline volatile uint64_t mutation_at_work = 0;
inline void tell_mutation() {
  char text[64];
  const auto length = std::snprintf(text, sizeof(text), "mutation %llu\n",
                                    static_cast<unsigned long long>(mutation_at_work));
  if (::write(STDERR_FILENO, text, static_cast<size_t>(length)) < 0) return;
}

// Two thousand random mutations of a subject's seeds, numbered: each is read, or refused with an
// Error of one line. Another exception, a crash, a second without an answer or much memory fails,
// and the message names the number.
inline void withstands(const Subject& subject, uint64_t mutations = 2000) {
  constexpr long kMostMemory = 256 << 10;  // KiB more than before
  if (__sanitizer_set_death_callback) __sanitizer_set_death_callback(tell_mutation);
  for (const auto& seed : subject.seeds) CHECK_NOTHROW(subject.read(seed));
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  const auto previous = ::signal(SIGALRM, [](int) {
    tell_mutation();
    ::raise(SIGABRT);
  });
  uint64_t read = 0;
  for (uint64_t number = 0; number < mutations; ++number) {
    INFO("mutation " << number);
    mutation_at_work = number;
    const auto bytes = Mutator(subject, number).next();
    ::alarm(10);
    try {
      subject.read(bytes);
      ++read;
    } catch (const Error& error) {
      if (!presentable(error.what())) FAIL("not one short line of text: " << error.what());
    } catch (const std::exception& error) {
      FAIL(typeid(error).name() << ": " << error.what());
    }
    ::alarm(0);
  }
  ::signal(SIGALRM, previous);
  getrusage(RUSAGE_SELF, &after);
  CHECK(after.ru_maxrss - before.ru_maxrss < kMostMemory);
  // Neither all nor none: the mutations reach into what lies behind the first check.
  CHECK(read > 0);
  CHECK(read < mutations);
}

}  // namespace trm
