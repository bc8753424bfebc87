#include "core/hash.h"

#include <string>

#include "tests/catch.h"
#include "tests/scratch_folder.h"

namespace trm {

// FIPS 180-2, appendix B, and the empty message.
TEST_CASE("SHA-256 gives the standard's digests", "[unit]") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("SHA-256 in pieces is that of the whole", "[unit]") {
  Sha256 hash;
  const std::string piece(1000, 'a');
  for (int i = 0; i < 1000; ++i) hash.add(piece);
  CHECK(hash.hex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 of a file", "[unit]") {
  const ScratchFolder folder;
  CHECK(sha256_file(folder.file("a", "abc")) == sha256_hex("abc"));
  CHECK(sha256_file(folder.file("b", "")) == sha256_hex(""));
  CHECK(error_of([&] { sha256_file(folder / "c"); }) == (folder / "c").string() + ": no such file");
}

}  // namespace trm
