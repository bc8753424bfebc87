#include "core/error.h"
#include "dist/gloo.h"

namespace trm::dist {
namespace {

[[noreturn]] void fail() {
  throw Error(
      "ranks: this program was built without gloo; install libgloo-dev, as scripts/setup.sh does, "
      "and build again, or run one process");
}

}  // namespace

void expect_gloo() { fail(); }

c10::intrusive_ptr<c10d::Backend> make_gloo(const c10::intrusive_ptr<c10d::Store>& /*store*/,
                                            int /*rank*/, int /*ranks*/,
                                            const std::string& /*address*/,
                                            std::chrono::milliseconds /*timeout*/) {
  fail();
}

}  // namespace trm::dist
