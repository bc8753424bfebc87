#include "kernels/launch_arguments.h"

#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "kernels/arithmetic.h"

namespace trm::kernels {
namespace {

using torch::Tensor;

// The arguments of one kernel, which lie on the device of its first.
class Arguments {
 public:
  Arguments(std::string_view kernel, const Tensor& first) : kernel_(kernel), first_(first) {}

  void expect(std::string_view name, const Tensor& x, at::IntArrayRef shape,
              at::ScalarType type) const {
    if (!x.defined()) refuse(name, x, "no tensor");
    if (x.sizes() != shape) refuse(name, x, "another shape is needed", shape);
    expect_memory(name, x, type);
  }

  // Of any shape with that many numbers.
  void expect_count(std::string_view name, const Tensor& x, int64_t count,
                    at::ScalarType type) const {
    if (!x.defined()) refuse(name, x, "no tensor");
    if (x.numel() != count) refuse(name, x, "another size is needed", {count});
    expect_memory(name, x, type);
  }

  void expect_activations(std::string_view name, const Tensor& x) const {
    if (!x.defined()) refuse(name, x, "no tensor");
    if (x.scalar_type() != at::kFloat && x.scalar_type() != at::kBFloat16)
      refuse(name, x, "float32 or bfloat16 is needed");
    expect_memory(name, x, x.scalar_type());
  }

 private:
  void expect_memory(std::string_view name, const Tensor& x, at::ScalarType type) const {
    if (x.scalar_type() != type) refuse(name, x, std::string(at::toString(type)) + " is needed");
    if (x.device() != first_.device()) refuse(name, x, "needed on " + first_.device().str());
    if (!x.is_contiguous()) refuse(name, x, "not contiguous");
  }

  [[noreturn]] void refuse(std::string_view name, const Tensor& x, const std::string& what,
                           at::IntArrayRef shape = {}) const {
    std::ostringstream text;
    text << "CUDA kernel " << kernel_ << ": " << name;
    if (x.defined()) text << ' ' << x.sizes() << ' ' << x.scalar_type() << " on " << x.device();
    text << ": " << what;
    if (!shape.empty()) text << ' ' << shape;
    throw std::logic_error(text.str());
  }

  std::string_view kernel_;
  const Tensor& first_;
};

// Labels, and with them losses, have the shape of the logits less the vocabulary.
void expect_cells(const Arguments& arguments, const Tensor& logits, const Tensor& labels,
                  std::string_view name, const Tensor& of_cells) {
  arguments.expect_activations("logits", logits);
  if (logits.dim() == 0) throw std::logic_error("CUDA kernel stablemax: logits of no dimension");
  const auto cells = logits.sizes().slice(0, static_cast<size_t>(logits.dim()) - 1);
  arguments.expect("labels", labels, cells, at::kInt);
  arguments.expect(name, of_cells, cells, at::kDouble);
}

}  // namespace

void expect_gate(const Tensor& x, const Tensor& y, int64_t outer, int64_t inner) {
  const Arguments arguments("gate", x);
  arguments.expect_activations("x", x);
  arguments.expect_count("x", x, 2 * outer * inner, x.scalar_type());
  arguments.expect_count("y", y, outer * inner, x.scalar_type());
}

void expect_gate_gradient(const Tensor& dy, const Tensor& x, const Tensor& dx, int64_t outer,
                          int64_t inner) {
  const Arguments arguments("gate gradient", x);
  arguments.expect_activations("x", x);
  arguments.expect_count("x", x, 2 * outer * inner, x.scalar_type());
  arguments.expect_count("dy", dy, outer * inner, x.scalar_type());
  arguments.expect("dx", dx, x.sizes(), x.scalar_type());
}

void expect_stablemax(const Tensor& logits, const Tensor& labels, const Tensor& loss) {
  expect_cells(Arguments("stablemax", logits), logits, labels, "loss", loss);
}

void expect_stablemax_gradient(const Tensor& upstream, const Tensor& logits, const Tensor& labels,
                               const Tensor& gradient) {
  const Arguments arguments("stablemax gradient", logits);
  expect_cells(arguments, logits, labels, "upstream", upstream);
  arguments.expect("gradient", gradient, logits.sizes(), logits.scalar_type());
}

void expect_adam(const Tensor& p, const Tensor& m, const Tensor& v, const Tensor& g,
                 const Tensor& scalars, const Tensor& apply) {
  const Arguments arguments("adam", p);
  for (const auto& [name, x] :
       {std::pair<std::string_view, const Tensor&>{"p", p}, {"m", m}, {"v", v}, {"g", g}}) {
    arguments.expect(name, x, p.sizes(), at::kFloat);
  }
  constexpr int64_t kScalars = sizeof(AdamScalars) / sizeof(float);
  arguments.expect("scalars", scalars, {kScalars}, at::kFloat);
  arguments.expect("apply", apply, {1}, at::kFloat);
}

void expect_average(const Tensor& average, const Tensor& p, const Tensor& apply) {
  const Arguments arguments("average", p);
  arguments.expect("p", p, p.sizes(), at::kFloat);
  arguments.expect("average", average, p.sizes(), at::kFloat);
  arguments.expect("apply", apply, {1}, at::kFloat);
}

void expect_uniform(const Tensor& step, const Tensor& rows, const Tensor& out) {
  const Arguments arguments("uniform", out);
  if (out.dim() != 2) throw std::logic_error("CUDA kernel uniform: out is no [rows, columns]");
  arguments.expect("out", out, out.sizes(), at::kFloat);
  arguments.expect("step", step, {1}, at::kLong);
  arguments.expect("rows", rows, {out.size(0)}, at::kLong);
}

}  // namespace trm::kernels
