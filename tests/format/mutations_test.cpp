// Damaged and hostile files by the thousand; the asan preset runs these with memory and overflow
// checks.

#include "tests/fuzz/csv.h"
#include "tests/fuzz/json.h"
#include "tests/fuzz/npy.h"
#include "tests/fuzz/pickle.h"
#include "tests/fuzz/safetensors.h"
#include "tests/fuzz/torch_file.h"
#include "tests/fuzz/withstands.h"

namespace trm::format {
namespace {

TEST_CASE("a CSV file with random changes is read or refused", "[unit]") {
  withstands(csv_subject());
}

TEST_CASE("JSON with random changes is read or refused", "[unit]") { withstands(json_subject()); }

TEST_CASE("an npy file with random changes is read or refused", "[unit]") {
  withstands(npy_subject());
}

TEST_CASE("a safetensors file with random changes is read or refused", "[unit]") {
  withstands(safetensors_subject());
}

TEST_CASE("a torch file with random changes is read or refused", "[unit]") {
  withstands(torch_file_subject());
}

TEST_CASE("a pickle with random changes, in a whole archive, is read or refused", "[unit]") {
  withstands(pickle_subject());
}

}  // namespace
}  // namespace trm::format
