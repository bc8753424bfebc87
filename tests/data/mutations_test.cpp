#include "tests/fuzz/dataset.h"
#include "tests/fuzz/withstands.h"

namespace trm::data {
namespace {

TEST_CASE("a dataset folder with random changes in a file is read or refused", "[unit]") {
  withstands(dataset_subject());
}

}  // namespace
}  // namespace trm::data
