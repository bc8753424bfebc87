#include "tensor/torch_archive.h"

#include <signal.h>
#include <sys/resource.h>

#include "tensor/tensor_file.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm {
namespace {

Archive every_type() {
  Archive archive;
  for (const auto type : {at::kByte, at::kChar, at::kShort, at::kInt, at::kLong, at::kHalf,
                          at::kBFloat16, at::kFloat, at::kDouble, at::kBool}) {
    archive.add(at::toString(type), torch::arange(6).view({2, 3}).to(type));
  }
  archive.add("scalar", torch::full({}, 2.5));
  archive.add("empty", torch::zeros({0, 4}));
  return archive;
}

TEST_CASE("tensors of every type come back from a torch file with their bits and order", "[unit]") {
  const ScratchFolder scratch;
  const auto archive = every_type();
  save_torch_archive(scratch / "step_1", archive);
  const auto back = TensorFile(scratch / "step_1").load(0);
  REQUIRE(back.tensors.size() == archive.tensors.size());
  for (size_t i = 0; i < archive.tensors.size(); ++i) {
    INFO(archive.tensors[i].name);
    CHECK(back.tensors[i].name == archive.tensors[i].name);
    CHECK(back.tensors[i].value.scalar_type() == archive.tensors[i].value.scalar_type());
    CHECK(back.tensors[i].value.equal(archive.tensors[i].value));
  }
}

TEST_CASE("of a view only its own numbers are written", "[unit]") {
  const ScratchFolder scratch;
  const auto all = torch::arange(1'000'000).to(at::kFloat);
  Archive archive;
  archive.add("part", all.slice(0, 5, 8));
  archive.add("transposed", all.slice(0, 0, 6).view({2, 3}).t());
  save_torch_archive(scratch / "x.pt", archive);
  CHECK(fs::file_size(scratch / "x.pt") < 10'000);
  const auto back = TensorFile(scratch / "x.pt").load(0);
  CHECK(back.at("part").equal(archive.at("part")));
  CHECK(back.at("transposed").equal(archive.at("transposed")));
}

TEST_CASE("the same tensors make the same bytes", "[unit]") {
  const ScratchFolder scratch;
  save_torch_archive(scratch / "a.pt", every_type());
  save_torch_archive(scratch / "b.pt", every_type());
  CHECK(read_text(scratch / "a.pt") == read_text(scratch / "b.pt"));
}

TEST_CASE("either kind of file is told by its first bytes", "[unit]") {
  const ScratchFolder scratch;
  Archive archive;
  archive.add("x", torch::ones({2}));
  save_archive(scratch / "one", archive);
  save_torch_archive(scratch / "two", archive);
  CHECK(TensorFile(scratch / "one").load(0).at("x").equal(archive.at("x")));
  CHECK(TensorFile(scratch / "two").load(0).at("x").equal(archive.at("x")));
}

TEST_CASE("a torch file on a full disk is an error that leaves nothing", "[unit]") {
  const ScratchFolder scratch;
  Archive archive;
  archive.add("x", torch::ones({100'000}));
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{.rlim_cur = 4096, .rlim_max = before.rlim_max};
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  const auto message = error_of([&] { save_torch_archive(scratch / "x.pt", archive); });
  setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  CHECK(contains(message, "x.pt: cannot write"));
  CHECK(fs::is_empty(scratch.path()));
}

}  // namespace
}  // namespace trm
