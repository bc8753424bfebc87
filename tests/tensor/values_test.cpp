#include "tensor/values.h"

#include "tests/catch.h"

namespace trm {

TEST_CASE("a tensor's numbers are read in the order of its indices, or not at all", "[unit]") {
  const auto x = torch::arange(6, at::kFloat).view({3, 2});
  const auto row = row_of<float>(x, 1);
  CHECK(std::vector<float>(row.begin(), row.end()) == std::vector<float>{2, 3});
  CHECK(values_of<float>(x).size() == 6);

  const auto column = x.select(1, 0);
  CHECK_THROWS_AS(values_of<float>(column), std::logic_error);
  CHECK_THROWS_AS(row_of<float>(column, 0), std::logic_error);
  CHECK_THROWS_AS(bytes_of(column), std::logic_error);
  const auto own = column.contiguous();
  CHECK(values_of<float>(own)[2] == 4);

  CHECK_THROWS_AS(values_of<double>(x), std::logic_error);
  CHECK_THROWS_AS(values_of<int32_t>(x), std::logic_error);
  CHECK_THROWS_AS(row_of<float>(x, 3), std::logic_error);
  CHECK_THROWS_AS(row_of<float>(x, -1), std::logic_error);

  writable_row_of<float>(x, 2)[1] = 9;
  CHECK(x[2][1].item<float>() == 9);
  CHECK(bytes_of(x).size() == 24);
  CHECK_THROWS_AS(writable_bytes_of(column), std::logic_error);
}

}  // namespace trm
