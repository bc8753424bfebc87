#include "tests/fuzz/checkpoint.h"
#include "tests/fuzz/withstands.h"

namespace trm::run {
namespace {

TEST_CASE("a checkpoint with random changes in a file is read or refused", "[unit]") {
  withstands(checkpoint_subject());
}

}  // namespace
}  // namespace trm::run
