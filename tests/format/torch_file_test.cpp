#include "format/torch_file.h"

#include "tests/catch.h"
#include "tests/format/torch_file_builder.h"
#include "tests/fuzz/torch_file.h"
#include "tests/scratch_folder.h"

namespace trm::format {
namespace {

std::vector<PickledTensor> tensors_of(const std::string& pickle) {
  const ScratchFolder scratch;
  return TorchFile::open(scratch.file("step_1", zip_of(torch_pieces(pickle))))
      .state_dicts()
      .at(0)
      .tensors;
}

TEST_CASE("a state dict's tensors come with types, shapes and bytes, in its order", "[unit]") {
  const ScratchFolder scratch;
  for (const size_t alignment : {size_t{1}, size_t{64}}) {
    INFO("data aligned to " << alignment);
    const auto path = scratch.file("step_1", zip_of(torch_pieces(), alignment));
    CHECK(looks_like_torch_file(path));
    const auto file = TorchFile::open(path);
    const auto& tensors = file.state_dicts().at(0).tensors;
    REQUIRE(tensors.size() == 2);
    const auto& matrix = tensors[0];
    CHECK(matrix.name == "matrix");
    CHECK(matrix.dtype == DType::f32);
    CHECK(matrix.shape == std::vector<int64_t>{2, 3});
    CHECK(matrix.strides == std::vector<int64_t>{3, 1});
    const auto& vector = tensors[1];
    CHECK(vector.name == "vector");
    CHECK(vector.dtype == DType::bf16);
    const auto bytes = file.read_storage(matrix.storage);
    CHECK(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()) == float_bytes());
    CHECK(file.read_storage(vector.storage).size() == 8);
  }
}

TEST_CASE("tensors may share a storage, have strides, and come from a GPU", "[unit]") {
  const auto shared = pickle::storage("FloatStorage", "0", 6, "cuda:3");
  const auto tensors = tensors_of(
      pickle::state_dict(pickle::text("transposed") + pickle::tensor(shared, 0, {3, 2}, {1, 3}) +
                         pickle::text("tail") + pickle::tensor(shared, 4, {2}, {1}) +
                         pickle::text("scalar") + pickle::tensor(shared, 5, {}, {}) +
                         pickle::text("empty") + pickle::tensor(shared, 0, {0, 7}, {7, 1})));
  REQUIRE(tensors.size() == 4);
  CHECK(tensors[0].strides == std::vector<int64_t>{1, 3});
  CHECK(tensors[1].offset == 4);
  CHECK(tensors[1].storage == "0");
  CHECK(tensors[2].shape.empty());
  CHECK(tensors[3].shape == std::vector<int64_t>{0, 7});
}

TEST_CASE("every storage type that has a dtype is read", "[unit]") {
  const std::pair<const char*, DType> kTypes[] = {
      {"FloatStorage", DType::f32},    {"IntStorage", DType::i32},    {"HalfStorage", DType::f16},
      {"ShortStorage", DType::i16},    {"CharStorage", DType::i8},    {"ByteStorage", DType::u8},
      {"BoolStorage", DType::boolean}, {"DoubleStorage", DType::f64}, {"LongStorage", DType::i64},
      {"BFloat16Storage", DType::bf16}};
  for (const auto& [name, dtype] : kTypes) {
    INFO(name);
    const auto count = static_cast<int64_t>(24 / info_of(dtype).bytes);
    const auto tensors = tensors_of(pickle::state_dict(
        pickle::text("x") + pickle::tensor(pickle::storage(name, "0", count), 0, {count}, {1})));
    CHECK(tensors.at(0).dtype == dtype);
  }
}

TEST_CASE("what torch.save adds to an ordered state dict is understood", "[unit]") {
  // An ordered dict with its _metadata, memo slots, parameters, and protocol 4's own opcodes.
  const auto metadata = "}" + pickle::text("_metadata") + pickle::ordered_dict() + "(" +
                        pickle::text("") +
                        pickle::dict(pickle::text("version") + pickle::integer(1)) + "us";
  const auto parameter = pickle::global("torch._utils", "_rebuild_parameter") + "(" + matrix() +
                         "\x88" + pickle::ordered_dict() + "tR";
  const auto two = pickle::kProtocol2 + pickle::ordered_dict() + "q\x01(" + pickle::text("a") +
                   "q\x02" + parameter + pickle::text("b") + vector() + "u" + metadata + "b.";
  CHECK(tensors_of(two).size() == 2);

  const auto stacked = [](const std::string& module, const std::string& name) {
    const auto short_text = [](const std::string& s) {
      return "\x8c" + little(static_cast<uint8_t>(s.size())) + s + "\x94";
    };
    return short_text(module) + short_text(name) + "\x93\x94";
  };
  const auto storage = "(" + pickle::text("storage") + stacked("torch", "FloatStorage") +
                       pickle::text("0") + pickle::text("cpu") + "K\x06tQ";
  const auto four = std::string("\x80\x04\x95", 3) + std::string(8, '\0') + "}\x94(" +
                    pickle::text("x") + "\x94" + stacked("torch._utils", "_rebuild_tensor_v2") +
                    "(" + storage + std::string("K\x00K\x06\x85K\x01\x85\x89", 9) +
                    stacked("collections", "OrderedDict") + ")RtRu.";
  CHECK(tensors_of(four).at(0).shape == std::vector<int64_t>{6});
}

// What training programs save: state dicts beside counters, options, sets and random states.
TEST_CASE("every state dict in a file is found, and nothing else is made", "[unit]") {
  const ScratchFolder scratch;
  const auto file =
      TorchFile::open(scratch.file("x.pt", zip_of(torch_pieces(wrapped_state_dict()))));
  REQUIRE(file.state_dicts().size() == 2);
  CHECK(file.state_dicts()[0].path == "model_state_dict");
  CHECK(file.state_dicts()[0].tensors.size() == 2);
  CHECK(file.state_dicts()[0].tensors[1].name == "vector");
  CHECK(file.state_dicts()[1].path == "optimizer.0");
  CHECK(file.state_dicts()[1].tensors.at(0).name == "exp_avg");
  CHECK(file.others() == std::vector<std::string>{"step: an integer",
                                                  "args: made by the global 'argparse.Namespace'",
                                                  "rng: bytes", "names: a list"});
}

}  // namespace
}  // namespace trm::format
