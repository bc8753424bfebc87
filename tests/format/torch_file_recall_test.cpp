// Pickles that recall one value many times.

#include <sys/resource.h>

#include "tests/catch.h"
#include "tests/format/torch_file_refusal.h"
#include "tests/scratch_folder.h"

namespace trm::format {
namespace {

using namespace pickle;

// Sixteen dicts, each with the next one in it a thousand times.
TEST_CASE("a dict that is recalled many times is looked through once", "[unit]") {
  const ScratchFolder scratch;
  auto bytes = kProtocol2 + dict(text("x") + matrix()) + "q\x01";
  for (int level = 0; level < 12; ++level) {
    bytes += "0}q\x02(";
    for (int i = 0; i < 1000; ++i) bytes += text("k" + std::to_string(i)) + "h\x01";
    bytes += "uq\x01";
  }
  const auto file = TorchFile::open(scratch.file("x.pt", file_with(bytes + ".")));
  REQUIRE(file.state_dicts().size() == 1);
  CHECK(file.state_dicts()[0].path == "k0.k0.k0.k0.k0.k0.k0.k0.k0.k0.k0.k0");
}

// Texts, containers and tensors that a pickle recalls a million times are the same ones.
TEST_CASE("memory stays near the file's size, whatever the pickle recalls", "[unit]") {
  const ScratchFolder scratch;
  std::string recalls;
  for (int i = 0; i < 100'000; ++i) recalls += "h\x01";
  const auto text_bomb = kProtocol2 + text(std::string(1 << 20, 'x')) + "q\x01(" + recalls + "t.";
  std::string names;
  for (int i = 0; i < 20'000; ++i) names += text("t" + std::to_string(i)) + "h\x01";
  const auto tensor_bomb = kProtocol2 + matrix() + "q\x01" + "}(" + names + "u.";
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  CHECK(
      contains(refusal(scratch.file("a", file_with(text_bomb))), "a list instead of a state dict"));
  // 480 kB of tensors in a file of 540 kB.
  CHECK(refusal(scratch.file("b", file_with(tensor_bomb))).empty());
  getrusage(RUSAGE_SELF, &after);
  CHECK((after.ru_maxrss - before.ru_maxrss) / 1024 < 200);  // MiB
}

}  // namespace
}  // namespace trm::format
