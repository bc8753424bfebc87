#include "tensor/shape.h"

#include <sstream>
#include <stdexcept>

namespace trm {

void expect_shape(const torch::Tensor& x, at::IntArrayRef expected, std::string_view what) {
  bool same = x.dim() == static_cast<int64_t>(expected.size());
  for (size_t i = 0; same && i < expected.size(); ++i) {
    same = expected[i] == -1 || x.size(static_cast<int64_t>(i)) == expected[i];
  }
  if (same) return;
  std::ostringstream text;
  text << what << ": shape " << x.sizes() << " where " << expected << " is needed";
  throw std::logic_error(text.str());
}

void expect_like(const torch::Tensor& x, const torch::Tensor& like, std::string_view what) {
  expect_shape(x, like.sizes(), what);
  if (x.scalar_type() == like.scalar_type() && x.device() == like.device()) return;
  std::ostringstream text;
  text << what << ": " << x.scalar_type() << " on " << x.device() << " where " << like.scalar_type()
       << " on " << like.device() << " is needed";
  throw std::logic_error(text.str());
}

}  // namespace trm
