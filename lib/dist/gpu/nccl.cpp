#include "dist/nccl.h"

#include <dlfcn.h>

#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "core/error.h"

namespace trm::dist {
namespace {

constexpr const char* kLibrary = "libtrm_nccl.so";

[[noreturn]] void refuse() {
  const char* fault = ::dlerror();
  throw Error(std::string("ranks: ") + kLibrary + ", which GPUs of several ranks need: " +
              (fault != nullptr ? fault : "not to be loaded") +
              "; put it where the programs were, or name its folder with LD_LIBRARY_PATH");
}

}  // namespace

c10::intrusive_ptr<c10d::Backend> make_nccl(const c10::intrusive_ptr<c10d::Store>& store, int rank,
                                            int ranks) {
  void* library = ::dlopen(kLibrary, RTLD_NOW);
  if (library == nullptr) refuse();
  const auto make = reinterpret_cast<NcclMaker>(::dlsym(library, kNcclMaker));
  if (make == nullptr) refuse();
  c10::intrusive_ptr<c10d::Backend> backend;
  make(store, rank, ranks, backend);
  return backend;
}

}  // namespace trm::dist
