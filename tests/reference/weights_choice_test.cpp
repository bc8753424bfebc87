#include "reference/weights_choice.h"

#include "tests/catch.h"

namespace trm::reference {

TEST_CASE("two tensors of one name, once prefixes are gone, are an error", "[unit]") {
  Archive archive;
  archive.add("model.inner.H_init", torch::zeros({2}));
  archive.add("_orig_mod.model.inner.H_init", torch::zeros({2}));
  CHECK(contains(error_of([&] { by_our_names(archive); }), "two tensors stand for H_init"));
}

}  // namespace trm::reference
