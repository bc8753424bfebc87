#include "data/token_array.h"

#include <unistd.h>

#include <fstream>
#include <functional>

#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm::data {
namespace {

template <class T>
void write(const fs::path& path, format::DType type, const std::vector<T>& values, int64_t cells) {
  const int64_t shape[] = {static_cast<int64_t>(values.size()) / cells, cells};
  format::write_npy(path, type, shape, std::as_bytes(std::span(values)));
}

std::vector<Token> row_of(const TokenArray& array, int64_t row) {
  std::vector<Token> tokens(static_cast<size_t>(array.cells()));
  array.read(row, tokens);
  return tokens;
}

TEST_CASE("tokens are read from any width, from memory and from the file", "[unit]") {
  const ScratchFolder scratch;
  const auto path = scratch / "a.npy";
  const std::vector<int64_t> large = {0, 1, 999, 300, 256, 255};
  write<uint16_t>(path, format::DType::u16, {large.begin(), large.end()}, 3);
  for (const int width : {16, 32, 64}) {
    if (width == 32) write<int32_t>(path, format::DType::i32, {large.begin(), large.end()}, 3);
    if (width == 64) write<int64_t>(path, format::DType::i64, large, 3);
    for (const size_t most : {size_t{0}, TokenArray::kMostInMemory}) {
      const TokenArray array(path, 3, 1000, most);
      CHECK(array.rows() == 2);
      CHECK(row_of(array, 0) == std::vector<Token>{0, 1, 999});
      CHECK(row_of(array, 1) == std::vector<Token>{300, 256, 255});
    }
    CHECK(contains(error_of([&] { row_of(TokenArray(path, 3, 999), 0); }),
                   "a.npy: example 0, cell 2: token 999 in a vocabulary of 999"));
  }
}

TEST_CASE("room for another number of cells is a mistake of the caller", "[unit]") {
  const ScratchFolder scratch;
  const uint8_t values[] = {1, 2, 3, 4};
  const int64_t shape[] = {2, 2};
  format::write_npy(scratch / "x.npy", format::DType::u8, shape, std::as_bytes(std::span(values)));
  const TokenArray tokens(scratch / "x.npy", 2, 9);
  std::vector<Token> room(3);
  CHECK_THROWS_AS(tokens.read(1, room), std::logic_error);
}

TEST_CASE("a file that changes while it is read from is an error, and no signal", "[unit]") {
  const ScratchFolder scratch;
  const auto path = scratch / "a.npy";
  const std::vector<uint8_t> tokens(1 << 16, 1);
  const std::vector<std::function<void()>> changes = {
      [&] { fs::resize_file(path, 200); }, [&] { fs::resize_file(path, 0); },
      [&] {
        ::usleep(20'000);  // the clock of files is a coarse one
        std::fstream(path, std::ios::in | std::ios::out).seekp(300).write("\2", 1);
      }};
  for (const auto& change : changes) {
    write(path, format::DType::u8, tokens, 16);
    const TokenArray from_file(path, 16, 5, 0), from_memory(path, 16, 5);
    CHECK(from_file.stamp().holds());
    change();
    CHECK_FALSE(from_file.stamp().holds());
    CHECK(contains(error_of([&] { row_of(from_file, 4000); }), "changed while it was in use"));
    CHECK(row_of(from_memory, 4000) == std::vector<Token>(16, 1));
  }
  // A file that takes its name changes nothing for who has the first one open.
  write(path, format::DType::u8, tokens, 16);
  const TokenArray array(path, 16, 5, 0);
  write_text(path, "another");
  CHECK(row_of(array, 7) == std::vector<Token>(16, 1));
  CHECK_FALSE(array.stamp().holds());
}

}  // namespace
}  // namespace trm::data
