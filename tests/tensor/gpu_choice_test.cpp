#include "tensor/gpu_choice.h"

#include "tensor/device.h"
#include "tests/catch.h"

namespace trm {
namespace {

const Gpu kOld{"GTX 1080", 6, 1}, kAmpere{"A100", 8, 0}, kHopper{"H100", 9, 0};

Gpus with(std::vector<Gpu> found, std::string fault = {}) {
  return {.built = true, .found = std::move(found), .fault = std::move(fault)};
}

TEST_CASE("auto is a GPU where there is one, and the processor else", "[unit]") {
  CHECK(choose_gpu("auto", with({kHopper}), 0) == 0);
  CHECK(choose_gpu("auto", with({}, "no NVIDIA driver"), 0) == std::nullopt);
  CHECK(choose_gpu("auto", {}, 0) == std::nullopt);
  CHECK(choose_gpu("cpu", with({kHopper}), 0) == std::nullopt);
}

TEST_CASE("each rank has a GPU of its own as long as there are some", "[unit]") {
  const auto two = with({kAmpere, kHopper});
  CHECK(choose_gpu("cuda", two, 0) == 0);
  CHECK(choose_gpu("cuda", two, 1) == 1);
  CHECK(choose_gpu("auto", two, 2) == 0);
  CHECK(choose_gpu("cuda:1", two, 0) == 1);
  CHECK(choose_gpu("cuda:1", two, 4) == 1);
}

TEST_CASE("an old GPU is passed over where there is another, and named where not", "[unit]") {
  CHECK(choose_gpu("cuda", with({kOld, kHopper}), 0) == 1);
  CHECK(choose_gpu("cuda", with({kOld, kHopper}), 1) == 1);
  const std::string needed =
      "; compute capability 8.0 is needed (an A100, an RTX 30, or newer); use device=cpu";
  const std::string old = "device: found cuda:0 (GTX 1080, compute capability 6.1)";
  for (const char* device : {"auto", "cuda", "cuda:0"})
    CHECK(error_of([&] { choose_gpu(device, with({kOld}), 0); }) == old + needed);
  CHECK(error_of([&] { choose_gpu("cuda:0", with({kOld, kHopper}), 0); }) == old + needed);
  CHECK(error_of([&] {
          choose_gpu("cuda", with({kOld, {"V100", 7, 0}}), 0);
        }) == old + ", cuda:1 (V100, compute capability 7.0)" + needed);
}

TEST_CASE("who asks for a GPU that is not there is told what is", "[unit]") {
  CHECK(error_of([] { choose_gpu("cuda", with({}, "no NVIDIA driver"), 0); }) ==
        "device: no GPU found (no NVIDIA driver); use device=cpu");
  CHECK(error_of([] {
          choose_gpu("cuda:2", with({kAmpere, kHopper}), 0);
        }) ==
        "device: no cuda:2; found cuda:0 (A100, compute capability 8.0), cuda:1 (H100, compute "
        "capability 9.0)");
  CHECK(contains(error_of([] { choose_gpu("cuda", {}, 0); }), "built without CUDA"));
  const auto fault = error_of([] {
    choose_gpu("auto", with({kHopper}, "libcudnn.so.9: cannot open shared object file"), 0);
  });
  CHECK(fault ==
        "device: found cuda:0 (H100, compute capability 9.0), of no use here: libcudnn.so.9: "
        "cannot open shared object file; mend that, or use device=cpu");
}

TEST_CASE("a device has one of four forms", "[unit]") {
  for (const char* word : {"auto", "cpu", "cuda", "cuda:0", "cuda:12"}) CHECK(is_device(word));
  for (const char* word :
       {"", "gpu", "cuda:", "cuda:-1", "cuda:1x", "cuda: 1", "CUDA", "cuda:99999999999999999999"}) {
    INFO(word);
    CHECK_FALSE(is_device(word));
    CHECK_THROWS_AS(choose_compute(word, "auto", 1), Error);
  }
}

}  // namespace
}  // namespace trm
