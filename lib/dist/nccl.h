#pragma once

#include "tensor/torch.h"

namespace c10d {
class Backend;
class Store;
}  // namespace c10d

namespace trm::dist {

// CUDA tensors' way between ranks: gpu/nccl.cpp in a CUDA build, nccl_absent.cpp in one without or
// where nccl.h was not found. A build holds exactly one of the two. Error where it is absent.
c10::intrusive_ptr<c10d::Backend> make_nccl(const c10::intrusive_ptr<c10d::Store>& store, int rank,
                                            int ranks);

// What gpu/nccl.cpp finds in libtrm_nccl.so (gpu/nccl_library.cpp), under this name.
using NcclMaker = void (*)(const c10::intrusive_ptr<c10d::Store>& store, int rank, int ranks,
                           c10::intrusive_ptr<c10d::Backend>& backend);
inline constexpr const char* kNcclMaker = "trm_make_nccl";

}  // namespace trm::dist
