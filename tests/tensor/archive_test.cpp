#include "tensor/archive.h"

#include <fmt/format.h>

#include "tensor/shape.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm {
namespace {

TEST_CASE("tensors of every type come back from a file with name, shape and bits", "[unit]") {
  Archive archive;
  for (const auto type : {at::kByte, at::kChar, at::kShort, at::kInt, at::kLong, at::kHalf,
                          at::kBFloat16, at::kFloat, at::kDouble, at::kBool}) {
    archive.add(std::string("t.") + at::toString(type),
                torch::arange(7).sub(3).abs().to(type).view({7, 1}));
  }
  archive.add("scalar", torch::tensor(2.5));
  archive.add("empty", torch::zeros({0, 3}));
  archive.add("nan", torch::full({2}, std::numeric_limits<float>::quiet_NaN()));
  archive.metadata["step"] = "12";
  const ScratchFolder folder;
  save_archive(folder / "x.safetensors", archive);
  const auto read = load_archive(folder / "x.safetensors");
  CHECK(read.metadata == archive.metadata);
  CHECK(read.where == (folder / "x.safetensors").string());
  REQUIRE(read.tensors.size() == archive.tensors.size());
  for (const auto& [name, value] : archive.tensors) {
    INFO(name);
    const auto& other = read.at(name);
    CHECK(other.scalar_type() == value.scalar_type());
    CHECK(other.sizes() == value.sizes());
    CHECK(at::equal(other.isnan(), value.isnan()));
    CHECK(at::equal(other.nan_to_num(), value.nan_to_num()));
  }
}

TEST_CASE("every tensor that was read starts at a multiple of 64 bytes", "[unit]") {
  Archive archive;
  for (int64_t i = 1; i < 20; ++i) {
    archive.add(std::to_string(i), torch::ones({i}, i % 2 == 0 ? at::kFloat : at::kChar));
  }
  const ScratchFolder folder;
  save_archive(folder / "x.safetensors", archive);
  for (const auto& [name, value] : load_archive(folder / "x.safetensors").tensors) {
    INFO(name);
    CHECK(reinterpret_cast<uintptr_t>(value.const_data_ptr()) % 64 == 0);
  }
}

TEST_CASE("views and tensors with a graph are written by their values", "[unit]") {
  Archive archive;
  archive.add("turned", torch::arange(6).view({2, 3}).t());
  archive.add("weight", torch::ones({2}).requires_grad_() * 3);
  const ScratchFolder folder;
  save_archive(folder / "x.safetensors", archive);
  const auto read = load_archive(folder / "x.safetensors");
  CHECK(at::equal(read.at("turned"), torch::tensor({{0, 3}, {1, 4}, {2, 5}})));
  CHECK(at::equal(read.at("weight"), torch::full({2}, 3.0)));
}

TEST_CASE("a missing tensor is an error that names file and tensor", "[unit]") {
  Archive archive;
  archive.where = "step_7";
  CHECK(archive.find("x") == nullptr);
  CHECK(contains(error_of([&] { archive.at("x"); }), "step_7: no tensor 'x'; there are none;"));
  for (int i = 0; i < 9; ++i) archive.add(fmt::format("net.{}.weight", i), torch::ones({1}));
  archive.add("embed\x1b.bias", torch::ones({1}));
  const auto message = error_of([&] { archive.at("lm.weight"); });
  CHECK(contains(message, "the nearest is 'net.0.weight'; those that are there: net.0.weight, "));
  CHECK(contains(message, "net.7.weight and 2 more; it is not"));
  CHECK(
      contains(error_of([] { load_archive("/nowhere/x.safetensors"); }), "/nowhere/x.safetensors"));
}

TEST_CASE("copying checks the shape and converts the type", "[unit]") {
  const auto into = torch::zeros({2, 2}).requires_grad_();
  copy_checked(torch::ones({2, 2}, at::kInt), into, "step_7", "w");
  CHECK(into.eq(1).all().item<bool>());
  const auto message = error_of([&] { copy_checked(torch::ones({4}), into, "step_7", "w"); });
  CHECK(contains(message, "step_7: w is [4] there and [2, 2] here"));
}

TEST_CASE("a wrong shape is a broken invariant, told with both shapes", "[unit]") {
  const auto x = torch::zeros({2, 3});
  expect_shape(x, {-1, 3}, "x");
  try {
    expect_shape(x, {2, 4}, "Attention x");
    FAIL("no logic_error was thrown");
  } catch (const std::logic_error& error) {
    CHECK(contains(error.what(), "Attention x: shape [2, 3] where [2, 4] is needed"));
  }
  CHECK_THROWS_AS(expect_shape(x, {2, 3, 1}, "x"), std::logic_error);
}

}  // namespace
}  // namespace trm
