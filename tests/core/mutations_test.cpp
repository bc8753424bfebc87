#include "tests/fuzz/withstands.h"
#include "tests/fuzz/yaml.h"

namespace trm {
namespace {

TEST_CASE("a config with random changes, and an override, is read or refused", "[unit]") {
  withstands(yaml_subject());
}

}  // namespace
}  // namespace trm
