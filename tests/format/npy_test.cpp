#include "format/npy.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/hash.h"
#include "core/random.h"
#include "tests/catch.h"
#include "tests/format/torch_file_builder.h"
#include "tests/scratch_folder.h"

namespace trm::format {
namespace {

template <class T>
std::span<const std::byte> bytes_of_list(const std::vector<T>& list) {
  return std::as_bytes(std::span(list));
}

// A file as numpy.save of 2.4 writes it: the header padded to 128 bytes, then the numbers.
std::string saved(std::string header, const std::string& numbers) {
  header.resize(117, ' ');
  return std::string("\x93NUMPY\x01\x00v\x00", 10) + header + "\n" + numbers;
}

const std::string kThree = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }";

// What is wrong with a file of this header and three bytes.
std::string fault_of(const std::string& header) {
  const ScratchFolder folder;
  const auto path = folder.file("a.npy", saved(header, "\x01\x02\xff"));
  const auto text = error_of([&] { read_npy(path); });
  REQUIRE(text.starts_with(path.string() + ": "));
  return text.substr(path.string().size() + 2);
}

std::string fault_of_bytes(const std::string& bytes) {
  const ScratchFolder folder;
  const auto path = folder.file("a.npy", bytes);
  return error_of([&] { read_npy(path); }).substr(path.string().size() + 2);
}

}  // namespace

TEST_CASE("an array is written as numpy.save writes it", "[unit]") {
  const ScratchFolder folder;
  const auto path = folder / "a.npy";
  const auto written = [&](DType dtype, std::vector<int64_t> shape,
                           std::span<const std::byte> bytes) {
    write_npy(path, dtype, shape, bytes);
    return read_text(path);
  };
  const std::vector<int32_t> six = {0, 1, 2, 3, 4, 5};
  CHECK(written(DType::i32, {2, 3}, bytes_of_list(six)) ==
        saved("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }",
              std::string("\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5\0\0\0", 24)));
  const std::vector<uint8_t> three = {1, 2, 255};
  CHECK(written(DType::u8, {3}, bytes_of_list(three)) == saved(kThree, "\x01\x02\xff"));
  const std::vector<double> one = {2.5};
  CHECK(written(DType::f64, {}, bytes_of_list(one)) ==
        saved("{'descr': '<f8', 'fortran_order': False, 'shape': (), }",
              std::string("\0\0\0\0\0\0\4@", 8)));
  const std::vector<uint8_t> truths = {1, 0, 0, 1};
  CHECK(written(DType::boolean, {2, 1, 2}, bytes_of_list(truths)) ==
        saved("{'descr': '|b1', 'fortran_order': False, 'shape': (2, 1, 2), }",
              std::string("\1\0\0\1", 4)));
  CHECK(written(DType::i64, {0, 4}, {}) ==
        saved("{'descr': '<i8', 'fortran_order': False, 'shape': (0, 4), }", ""));
}

// Digests of numpy.save's files of empty int32 arrays: headers that end just before, at and just
// after a multiple of 64, with NumPy's room for growth.
TEST_CASE("long headers are padded as NumPy pads them", "[unit]") {
  const ScratchFolder folder;
  const auto digest = [&](std::vector<int64_t> shape) {
    write_npy(folder / "a.npy", DType::i32, shape, {});
    return sha256_file(folder / "a.npy");
  };
  CHECK(digest({0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 11, 11}) ==
        "02a71688be7739be82d69b0741a6e20c796ea6d1402bf310b4341e880a8f6e36");
  CHECK(digest({0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 11, 11}) ==
        "cc231128ae9d101985c5b6afc58191623f156fdc252e02decf3a7becc871a55d");
  CHECK(digest({0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 11, 111}) ==
        "adfa1d17a0de05dc7efafe619531f36f7d7b087743a65528bebdf65248fc8dbc");
  CHECK(digest({12345, 0}) == "4b55259d3b09283b43094d2548df31d9a569001985701921ae790ea8aaf99675");
}

TEST_CASE("an array reads back, of every integer type", "[unit]") {
  const ScratchFolder folder;
  const auto path = folder / "a.npy";
  const auto back = [&](DType dtype, const auto& list) {
    const int64_t shape[] = {static_cast<int64_t>(list.size())};
    write_npy(path, dtype, shape, bytes_of_list(list));
    const auto array = read_npy(path);
    CHECK(array.dtype == dtype);
    CHECK(array.shape == std::vector<int64_t>(shape, shape + 1));
    REQUIRE(array.count() == shape[0]);
    std::vector<int64_t> values;
    for (int64_t i = 0; i < array.count(); ++i) values.push_back(array.integer(i));
    return values;
  };
  using Values = std::vector<int64_t>;
  CHECK(back(DType::u8, std::vector<uint8_t>{0, 200, 255}) == Values{0, 200, 255});
  CHECK(back(DType::boolean, std::vector<uint8_t>{0, 1}) == Values{0, 1});
  CHECK(back(DType::i8, std::vector<int8_t>{-128, 127}) == Values{-128, 127});
  CHECK(back(DType::i16, std::vector<int16_t>{-32768, 32767}) == Values{-32768, 32767});
  CHECK(back(DType::u16, std::vector<uint16_t>{0, 65535}) == Values{0, 65535});
  CHECK(back(DType::u32, std::vector<uint32_t>{0, UINT32_MAX}) == Values{0, UINT32_MAX});
  CHECK(back(DType::i32, std::vector<int32_t>{INT32_MIN, 7}) == Values{INT32_MIN, 7});
  CHECK(back(DType::i64, std::vector<int64_t>{INT64_MIN, INT64_MAX}) ==
        Values{INT64_MIN, INT64_MAX});
  const std::vector<double> floats = {1.5};
  write_npy(path, DType::f64, std::vector<int64_t>{1}, bytes_of_list(floats));
  CHECK_THROWS_AS(read_npy(path).integer(0), std::logic_error);
}

TEST_CASE("versions 2 and 3 have a longer length", "[unit]") {
  const ScratchFolder folder;
  for (const char version : {'\2', '\3'}) {
    const std::string start = "\x93NUMPY" + std::string{version, '\0', '\x3a', '\0', '\0', '\0'};
    const auto array = read_npy(folder.file("a.npy", start + kThree + "\n" + "abc"));
    CHECK(array.shape == std::vector<int64_t>{3});
    CHECK(array.integer(2) == 'c');
  }
}

TEST_CASE("headers of other shape that NumPy's parser takes are read", "[unit]") {
  const ScratchFolder folder;
  for (const char* header : {"{'shape': (3,), 'descr': '|u1', 'fortran_order': False}",
                             "{ 'descr':'|u1','fortran_order':False,'shape':( 1 , 3 ) }",
                             "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 1, 1,)}"}) {
    INFO(header);
    const auto array = read_npy(folder.file("a.npy", saved(header, "\x01\x02\xff")));
    CHECK(array.count() == 3);
    CHECK(array.integer(2) == 255);
  }
}

TEST_CASE("a header that is not NumPy's is named", "[unit]") {
  const auto with_shape = [](const std::string& shape) {
    return "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
  };
  const auto with_type = [](const std::string& type) {
    return "{'descr': '" + type + "', 'fortran_order': False, 'shape': (3,), }";
  };
  CHECK(fault_of("{'descr': '|u1', 'fortran_order': True, 'shape': (3,), }") ==
        "not a readable .npy: the array is in Fortran order; save it with order='C'");
  for (const char* type : {">i4", "<u8", "<U1", "|O", "<c8", "", "|V2"}) {
    CHECK(fault_of(with_type(type)) ==
          "not a readable .npy: numbers of type '" + std::string(type) + "'");
  }
  CHECK(fault_of("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (3,), }") ==
        "not a readable .npy: ''' is missing in the header");
  for (const char* shape :
       {"(-3,)", "(3 4)", "(,3)", "(3,,1)", "(3L,)", "(a,)", "(3", "(99999999999999999999,)",
        "(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 3)"}) {
    INFO(shape);
    CHECK(fault_of(with_shape(shape)) == "not a readable .npy: a bad shape");
  }
  CHECK(fault_of(with_shape("3")) == "not a readable .npy: '(' is missing in the header");
  CHECK(fault_of("") == "not a readable .npy: '{' is missing in the header");
  CHECK(fault_of("{'descr': '|u1") == "not a readable .npy: a quote is not closed in the header");
  CHECK(fault_of("{'descr': '|u1', 'fortran_order': False}") ==
        "not a readable .npy: ''' is missing in the header");
  CHECK(fault_of("{'descr': '|u1', 'descr': '|u1', 'shape': (3,), }") ==
        "not a readable .npy: header key 'descr' is given twice");
  CHECK(fault_of("{'descr': '|u1', 'order': 'C', 'shape': (3,), }") ==
        "not a readable .npy: unknown header key 'order'");
  CHECK(fault_of(kThree + "}") == "not a readable .npy: text after the header");
}

TEST_CASE("sizes that do not fit the file are named", "[unit]") {
  const auto with_shape = [](const std::string& shape) {
    return "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
  };
  CHECK(fault_of(with_shape("(4,)")) ==
        "3 bytes of numbers where its shape needs 4; the file is damaged");
  CHECK(fault_of(with_shape("(2,)")) ==
        "3 bytes of numbers where its shape needs 2; the file is damaged");
  CHECK(fault_of(with_shape("()")) ==
        "3 bytes of numbers where its shape needs 1; the file is damaged");
  CHECK(fault_of(with_shape("(3, 0)")) ==
        "3 bytes of numbers where its shape needs 0; the file is damaged");
  for (const char* shape : {"(4294967296, 4294967296)", "(9223372036854775807, 3)",
                            "(9223372036854775807, 9223372036854775807, 0)"}) {
    CHECK(fault_of(with_shape(shape)) ==
          "not a readable .npy: a shape of more numbers than can be");
  }
  CHECK(fault_of("{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693952,), }") ==
        "3 bytes of numbers where its shape needs more than fit; the file is damaged");
}

TEST_CASE("what is no .npy file, or part of one, is named", "[unit]") {
  const auto whole = saved(kThree, "\x01\x02\xff");
  for (const size_t size : {0, 1, 6, 9})
    CHECK(fault_of_bytes(whole.substr(0, size)) == "not a .npy file");
  for (const size_t size : {10, 50, 127}) {
    CHECK(fault_of_bytes(whole.substr(0, size)) == "truncated in its header");
  }
  CHECK(contains(fault_of_bytes(whole.substr(0, 128)), "0 bytes of numbers"));
  CHECK(contains(fault_of_bytes(whole.substr(0, 130)), "2 bytes of numbers"));
  CHECK(fault_of_bytes("PK" + whole) == "not a .npy file");
  CHECK(fault_of_bytes("\x93NUMPY\x04" + whole.substr(7)) == ".npy version 4 is not known");
  CHECK(fault_of_bytes("\x93NUMPY\xff" + whole.substr(7)) == ".npy version 255 is not known");
  CHECK(fault_of_bytes(std::string("\x93NUMPY\x02\x00\x01\x00", 10)) == "truncated");
  CHECK(fault_of_bytes(std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff{}", 14)) ==
        "truncated in its header");
  const ScratchFolder folder;
  CHECK(error_of([&] { read_npy(folder / "none"); }) ==
        (folder / "none").string() + ": no such file");
}

TEST_CASE("a damaged .npy file is read or refused, nothing else", "[unit]") {
  const ScratchFolder folder;
  const auto whole = saved(kThree, "\x01\x02\xff");
  Stream random(2, "damage");
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    auto bytes = whole;
    bytes[random.below(70)] = static_cast<char>(random.below(256));
    bytes[random.below(70)] = "0123456789(),' {}"[random.below(17)];
    try {
      const auto array = read_npy(folder.file("a.npy", bytes));
      for (int64_t j = 0; j < array.count(); ++j) array.integer(j);
    } catch (const Error&) {
      ++refused;
    }
  }
  CHECK(refused > 200);
  CHECK(refused < 300);
}

TEST_CASE("an array that NumPy cannot hold is not written", "[unit]") {
  const ScratchFolder folder;
  const std::vector<uint8_t> two = {1, 2};
  CHECK_THROWS_AS(write_npy(folder / "a", DType::bf16, std::vector<int64_t>{1}, bytes_of_list(two)),
                  std::logic_error);
  CHECK_THROWS_AS(write_npy(folder / "a", DType::u8, std::vector<int64_t>{3}, bytes_of_list(two)),
                  std::logic_error);
  CHECK_FALSE(fs::exists(folder / "a"));
}

TEST_CASE("a message shows little of a header, and nothing that a terminal obeys", "[unit]") {
  const ScratchFolder scratch;
  const std::string header = "{'\x1b[2J" + std::string(5000, 'x') + "': 1}\n";
  const auto bytes =
      std::string("\x93NUMPY\x02\x00", 8) + little(static_cast<uint32_t>(header.size())) + header;
  const auto message = error_of([&] { read_npy(scratch.file("x.npy", bytes)); });
  CHECK(contains(message, "unknown header key '?[2Jxxx"));
  CHECK(message.size() < 300);
}

}  // namespace trm::format
