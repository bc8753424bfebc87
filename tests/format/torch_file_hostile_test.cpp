// Checkpoint files that lie. The asan preset runs this with memory and overflow checks.

#include "tests/catch.h"
#include "tests/format/torch_file_refusal.h"
#include "tests/scratch_folder.h"

namespace trm::format {
namespace {

using namespace pickle;

struct Hostile {
  const char* fault;
  std::string file;    // its bytes
  std::string parent;  // the same without the fault
  const char* check;   // words of the check that fires
};

template <class F>
std::string file_changed(const F& change) {
  auto pieces = torch_pieces();
  change(pieces);
  return zip_of(pieces);
}

std::string one_tensor(const std::string& of_storage, int64_t offset,
                       const std::vector<int64_t>& shape, const std::vector<int64_t>& strides) {
  return file_with(state_dict(text("x") + tensor(of_storage, offset, shape, strides)));
}

std::string floats(int64_t count = 6) { return storage("FloatStorage", "0", count); }

std::string calling(const std::string& module, const std::string& name) {
  return file_with(
      state_dict(text("x") + global(module, name) + "(" + text("echo hostile") + "tR"));
}

std::string nested(size_t levels, const std::string& open, const std::string& close) {
  std::string bytes;
  for (size_t i = 0; i < levels; ++i) bytes += open;
  for (size_t i = 0; i < levels; ++i) bytes += close;
  return file_with(kProtocol2 + bytes + ".");
}

std::vector<Hostile> rows() {
  const auto good = zip_of(torch_pieces());
  const auto good_one = one_tensor(floats(), 0, {2, 3}, {3, 1});
  const int64_t huge = int64_t{1} << 62;
  std::vector<Hostile> table = {
      // The archive.
      {"no archive", "not a zip archive at all", good, "no whole zip archive"},
      {"empty", "", good, "no whole zip archive"},
      {"wrong entry size", file_changed([](auto& p) { p[2].size = 25; }), good,
       "has 25 bytes where 6 elements"},
      {"entry of 4 GiB", file_changed([](auto& p) { p[2].size = 0xfffffff0; }), good,
       "no whole zip archive"},
      {"entry beyond the end", file_changed([](auto& p) { p[2].offset = 0x7fffffff; }), good,
       "no whole zip archive"},
      {"entry in another's place", file_changed([](auto& p) { p[2].offset = 0; }), good,
       "no whole zip archive"},
      {"wrong checksum", file_changed([](auto& p) { p[2].checksum = 1; }), good,
       "its checksum differs"},
      {"wrong checksum of the pickle", file_changed([](auto& p) { p[0].checksum = 1; }), good,
       "its checksum differs"},
      {"a compressed entry", file_changed([](auto& p) { p[2].method = 8; }), good, "is compressed"},
      {"a bomb: 4 GB from 24 bytes", file_changed([](auto& p) {
         p[2].method = 8;
         p[2].size = 0xf0000000;
         p[2].packed_size = 24;
       }),
       good, "is compressed"},
      {"an encrypted entry", file_changed([](auto& p) { p[2].flags |= 1; }), good, "is encrypted"},
      {"an entry twice", file_changed([](auto& p) { p.push_back(p[2]); }), good,
       "File already exists"},
      {"no pickle", file_changed([](auto& p) { p.erase(p.begin()); }), good, "no data.pkl"},
      {"two pickles", file_changed([](auto& p) {
         p.push_back({"other/data.pkl", p[0].bytes});
       }),
       good, "more than one data.pkl"},
      {"other byte order", file_changed([](auto& p) { p[1].bytes = "big"; }), good, "byte order"},
      {"a storage that is missing", file_changed([](auto& p) { p.erase(p.begin() + 2); }), good,
       "is not in the archive"},
      {"a storage that is short", file_changed([](auto& p) { p[2].bytes.resize(20); }), good,
       "has 20 bytes where 6 elements"},
      {"a storage that is long", file_changed([](auto& p) { p[2].bytes.resize(28); }), good,
       "has 28 bytes where 6 elements"},
      // Sizes.
      {"negative storage size", one_tensor(floats(-6), 0, {2, 3}, {3, 1}), good_one,
       "a storage of -6 elements"},
      {"storage size that overflows", one_tensor(floats(huge), 0, {2, 3}, {3, 1}), good_one,
       "elements are said to be"},
      {"negative offset", one_tensor(floats(), -1, {2, 3}, {3, 1}), good_one,
       "offset is not a number from 0"},
      {"offset past the end", one_tensor(floats(), 1, {2, 3}, {3, 1}), good_one,
       "reaches element 6"},
      {"offset that overflows", one_tensor(floats(), INT64_MAX, {2, 3}, {3, 1}), good_one,
       "size overflows"},
      {"negative size", one_tensor(floats(), 0, {-2, 3}, {3, 1}), good_one, "a shape with -2"},
      {"size past the end", one_tensor(floats(), 0, {3, 3}, {3, 1}), good_one, "reaches element 8"},
      {"sizes that overflow", one_tensor(floats(), 0, {huge, huge}, {0, 0}), good_one,
       "size overflows"},
      {"sizes that overflow around a zero", one_tensor(floats(), 0, {0, huge, 4}, {0, 0, 0}),
       good_one, "size overflows"},
      {"negative stride", one_tensor(floats(), 5, {2, 3}, {-3, 1}), good_one, "strides with -3"},
      {"stride past the end", one_tensor(floats(), 0, {2, 3}, {4, 1}), good_one,
       "reaches element 6"},
      {"stride that overflows", one_tensor(floats(), 0, {3, 3}, {huge, 1}), good_one,
       "size overflows"},
      {"six numbers as a million million", one_tensor(floats(), 0, {1'000'000, 1'000'000}, {0, 0}),
       good_one, "elements in a storage of 6"},
      {"fewer strides than sizes", one_tensor(floats(), 0, {2, 3}, {1}), good_one,
       "different lengths"},
      {"seventeen dimensions",
       one_tensor(floats(), 0, std::vector<int64_t>(17, 1), std::vector<int64_t>(17, 1)), good_one,
       "more than 16 dimensions"},
      // Globals: nothing is executed.
      {"os.system", calling("os", "system"), good, "the global 'os.system'"},
      {"posix.system", calling("posix", "system"), good, "the global 'posix.system'"},
      {"builtins.eval", calling("builtins", "eval"), good, "the global 'builtins.eval'"},
      {"builtins.getattr", calling("builtins", "getattr"), good, "the global 'builtins.getattr'"},
      {"subprocess.Popen", calling("subprocess", "Popen"), good, "the global 'subprocess.Popen'"},
      {"torch.load", calling("torch", "load"), good, "the global 'torch.load'"},
      {"another module's OrderedDict", calling("evil", "OrderedDict"), good,
       "the global 'evil.OrderedDict'"},
      {"a name for the terminal", calling("os", "\x1b[2Jsystem"), good,
       "the global 'os.?[2Jsystem'"},
      {"INST", file_with(kProtocol2 + "(" + text("x") + "ios\nsystem\n."), good, "opcode 105"},
      {"OBJ", file_with(kProtocol2 + "(" + global("collections", "OrderedDict") + "o."), good,
       "opcode 111"},
      {"a storage type made as an object",
       file_with(kProtocol2 + global("torch", "FloatStorage") + ")\x81."), good,
       "a call of a storage type"},
      {"eval that makes an object", file_with(kProtocol2 + global("builtins", "eval") + ")\x81."),
       good, "the global 'builtins.eval'"},
      {"os.system beside a state dict",
       file_with(state_dict(text("model") + dict(text("x") + matrix()) + text("args") +
                            global("os", "system") + "(" + text("true") + "tR")),
       good, "the global 'os.system'"},
      {"os.path's modules", calling("os.path", "join"), good, "the global 'os.path.join'"},
      {"an object where a tensor should be", calling("argparse", "Namespace"), good,
       "no tensors in it: x: made by the global 'argparse.Namespace'"},
      {"an object instead of a state dict",
       file_with(kProtocol2 + global("pretrain", "Trainer") + ")\x81."), good,
       "made by the global 'pretrain.Trainer' instead of a state dict"},
      {"an extension code", file_with(kProtocol2 + "\x82\x01."), good, "opcode 130"},
      {"a call of a text", file_with(state_dict(text("x") + text("os.system") + ")R")), good,
       "a call of a text"},
      {"a call of a storage type",
       file_with(state_dict(text("x") + global("torch", "FloatStorage") + ")R")), good,
       "a call of a storage type"},
      {"an ordered dict with arguments",
       file_with(state_dict(text("x") + global("collections", "OrderedDict") + tuple({1}) + "R")),
       good, "an ordered dict with arguments"},
      {"attributes for a tensor", file_with(state_dict(text("x") + matrix() + "}b")), good,
       "attributes for a tensor"},
      {"a persistent id of our own", file_with(state_dict(text("x") + text("/etc/passwd") + "Q")),
       good, "names no storage"},
      {"a long key",
       file_with(state_dict(text("x") +
                            tensor(storage("FloatStorage", std::string(65, '0'), 6), 0, {6}, {1}))),
       good, "longer than 64 bytes"},
      // The machine.
      {"deep tuples", nested(100'000, ")", "\x85"), good, "nested more than 16 levels"},
      {"deep lists", nested(100'000, "]", "a"), good, "nested more than 16 levels"},
      {"a list that holds itself",
       file_with(kProtocol2 + "]q\x01h\x01"
                              "a."),
       good, "a list that holds itself"},
      {"a dict that holds itself", file_with(kProtocol2 + "}q\x01" + text("x") + "h\x01s."), good,
       "a dict that holds itself"},
      {"a dict that changes inside another",
       file_with(kProtocol2 + "}" + text("x") +
                 "}q\x01"
                 "sh\x01" +
                 text("y") + integer(1) + "s."),
       good, "a dict that changes after"},
      {"duplicate names", file_with(state_dict(text("x") + matrix() + text("x") + matrix())), good,
       "two tensors with the name 'x'"},
      {"a name that is a number", file_with(state_dict(integer(7) + matrix())), good,
       "7: a tensor whose name is no text"},
      {"a key that is a list", file_with(state_dict("]" + matrix())), good, "a list as the key"},
      {"a value that is no tensor", file_with(state_dict(text("epoch") + integer(7))), good,
       "no tensors in it: epoch: an integer"},
      {"a tensor alone", file_with(kProtocol2 + matrix() + "."), good,
       "a tensor instead of a state dict"},
      {"an empty stack", file_with(kProtocol2 + "."), good, "the stack is empty"},
      {"no mark", file_with(kProtocol2 + "t."), good, "no mark on the stack"},
      {"a memo slot that is not set", file_with(kProtocol2 + "h\x07."), good, "memo 7 is not set"},
      {"a text of 4 GiB", file_with(kProtocol2 + "X" + little(uint32_t{0xffffffff}) + "x."), good,
       "ends in the middle"},
      {"a text of 16 EiB",
       file_with(kProtocol2 + "\x8d" + little(uint64_t{0xffffffffffffffff}) + "x."), good,
       "ends in the middle"},
      {"an integer of 255 bytes", file_with(kProtocol2 + "\x8a\xff" + std::string(255, 'x') + "."),
       good, "more than 64 bits"},
      {"an old protocol", file_with(std::string("\x80\x01", 2) + dict("") + "."), good,
       "pickle protocol 1"},
      {"a name of 257 bytes", file_with(state_dict(text(std::string(257, 'x')) + matrix())), good,
       "a name of more than 256 bytes"},
      {"a torch file of before PyTorch 1.6", std::string("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46", 8),
       good, "before PyTorch 1.6"},
      {"no end", file_with(kProtocol2 + dict("")), good, "ends in the middle"},
      {"a key without a value", file_with(kProtocol2 + "}(" + text("x") + "u."), good,
       "a key without a value"},
  };
  return table;
}

TEST_CASE("every hostile file is one clear error, and its parent loads", "[unit]") {
  const ScratchFolder scratch;
  const auto table = rows();
  CHECK(table.size() >= 40);
  for (const auto& row : table) {
    INFO(row.fault);
    CHECK(refusal(scratch.file("parent", row.parent)).empty());
    const auto message = refusal(scratch.file("hostile", row.file));
    INFO(message);
    CHECK(contains(message, row.check));
    CHECK(contains(message, "hostile"));
    CHECK(message.find('\n') == std::string::npos);
    CHECK(message.size() < 400);
  }
}

TEST_CASE("a file cut off anywhere is an error", "[unit]") {
  const ScratchFolder scratch;
  const auto whole = zip_of(torch_pieces());
  for (size_t length = 0; length < whole.size(); ++length) {
    INFO("cut to " << length << " of " << whole.size() << " bytes");
    CHECK_FALSE(refusal(scratch.file("cut", whole.substr(0, length))).empty());
  }
}

TEST_CASE("a pickle cut off anywhere, in a whole archive, is an error", "[unit]") {
  const ScratchFolder scratch;
  const auto pickle = two_tensors();
  for (size_t length = 0; length < pickle.size(); ++length) {
    INFO("cut to " << length << " of " << pickle.size() << " bytes");
    CHECK_FALSE(refusal(scratch.file("cut", file_with(pickle.substr(0, length)))).empty());
  }
}

TEST_CASE("a pickle with any one byte changed loads or is an error", "[unit]") {
  const ScratchFolder scratch;
  const auto pickle = two_tensors();
  size_t refused = 0;
  for (size_t at = 0; at < pickle.size(); ++at) {
    for (const char change : {'\x01', '\x80', '\xff'}) {
      auto changed = pickle;
      changed[at] = static_cast<char>(changed[at] ^ change);
      if (!refusal(scratch.file("changed", file_with(changed))).empty()) ++refused;
    }
  }
  CHECK(refused > pickle.size());
}

}  // namespace
}  // namespace trm::format
