#include "core/error.h"
#include "dist/nccl.h"

namespace trm::dist {

c10::intrusive_ptr<c10d::Backend> make_nccl(const c10::intrusive_ptr<c10d::Store>& /*store*/,
                                            int /*rank*/, int /*ranks*/) {
  throw Error(
      "ranks: this program was built without NCCL, which GPUs of several ranks need; build with "
      "-DTRM_CUDA=ON where nccl.h lies (scripts/setup.sh --cuda), or use device=cpu");
}

}  // namespace trm::dist
