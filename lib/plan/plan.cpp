#include "plan/plan.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "kernels/packed.h"
#include "tensor/workers.h"

namespace trm::plan {
namespace {

// Of a processor, measured on six configs (experiments/LOG.md). What LibTorch loads of its code and
// sets up once it computes:
constexpr double kFirstUse = 43.0 * (1 << 20);
// and what glibc holds beyond the tensors, which come in a few sizes and go in another order.
constexpr double kGaps = 0.15;

// Shards of a step: rows and how many. They are equal, or differ by one row.
std::vector<std::pair<int64_t, int64_t>> shards_of(const Step& step) {
  const int64_t rows = step.batch / step.shards, larger = step.batch % step.shards;
  std::vector<std::pair<int64_t, int64_t>> parts;
  if (larger > 0) parts.push_back({rows + 1, larger});
  parts.push_back({rows, step.shards - larger});
  return parts;
}

// A product and those of the gradients of its operands; a weight that is frozen has none.
std::vector<nn::Product> with_gradients(const nn::Product& p, bool frozen) {
  using Joins = nn::Product::Joins;
  const bool weight_left = p.along == Joins::kColumns, weight_right = !weight_left && p.batch == 1;
  std::vector<nn::Product> all = {p};
  if (!(frozen && weight_left))
    all.push_back({p.batch, p.m, p.n, p.k, weight_left ? Joins::kSums : Joins::kNothing});
  if (!(frozen && weight_right)) all.push_back({p.batch, p.k, p.m, p.n, p.along});
  return all;
}

double state_bytes(const Step& step, const model::Model& model, const Plan& plan) {
  // Values, gradients, two moments, averages; and the sums of shards that wait for others.
  const auto levels = static_cast<int64_t>(std::bit_width(static_cast<uint64_t>(step.shards))) - 1;
  const auto waiting = std::min(step.shards, workers_for(model.compute(), step.shards) + levels);
  const double copies = 4 + (step.averages ? 1 : 0) + static_cast<double>(waiting - 1);
  const bool half = model.compute().precision == at::kBFloat16;
  // Products' own copies of the weights, at most: two as tiles read them, or one in bfloat16.
  const auto& compute = model.compute();
  const bool packed = kernels::has_tiles(compute.device, compute.precision);
  const double each = packed ? 2 * (half ? 2.0 : 4.0) : (half ? 2.0 : 0);
  const double shadow = each * static_cast<double>(plan.parameters);
  double latent = 0;
  const auto initial = model.initial();
  for (const auto& [name, value] : initial.tensors()) latent += static_cast<double>(value.nbytes());
  return 4.0 * copies * static_cast<double>(plan.parameters) + shadow +
         4.0 * static_cast<double>(plan.puzzle_numbers) +
         3.0 * latent * static_cast<double>(step.batch);  // the carry, and a step's own copies
}

double activation_bytes(const Step& step, const model::Model& model) {
  const double width = model.compute().precision == at::kBFloat16 ? 2 : 4;
  double saved = 0, largest = 0;
  for (const auto& work : model.work(shards_of(step).front().first)) {
    const auto numbers = static_cast<double>(work.application.saved_numbers);
    saved += numbers * static_cast<double>(work.with_gradient);
    largest = std::max(largest, numbers);
  }
  // A backward pass through one application needs about as much again.
  const auto workers = static_cast<double>(workers_for(model.compute(), step.shards));
  return workers * width * (saved + largest);
}

// Of one puzzle: forward alone, every supervision step.
double evaluation_operations(const Step& step, const model::Model& model) {
  double operations = 0;
  for (const auto& work : model.forward_work(1)) {
    for (const auto& product : work.application.products) {
      operations +=
          product.operations() * static_cast<double>(work.without_gradient + work.with_gradient);
    }
  }
  return operations * static_cast<double>(step.evaluation_depth);
}

}  // namespace

std::vector<StepProduct> step_products(const Step& step, const model::Model& model) {
  std::vector<StepProduct> products;
  const auto add = [&](const nn::Product& shape, int64_t times) {
    if (times == 0) return;
    const auto known = std::find_if(products.begin(), products.end(),
                                    [&](const auto& product) { return product.shape == shape; });
    if (known == products.end()) {
      products.push_back({shape, times});
    } else {
      known->times += times;
    }
  };
  for (const auto& [rows, count] : shards_of(step)) {
    for (const auto& work : model.work(rows)) {
      for (const auto& product : work.application.products) {
        add(product, count * work.without_gradient);
        for (const auto& part : with_gradients(product, step.frozen))
          add(part, count * work.with_gradient);
      }
    }
  }
  return products;
}

Plan plan_step(const Step& step, const model::Model& model) {
  Plan plan;
  plan.parameters = model.parameter_count();
  for (const auto& [name, value] : model.named_weights()) {
    if (name == "puzzle_emb.weights") plan.puzzle_numbers = value.numel();
  }
  for (const auto& [shape, times] : step_products(step, model)) {
    plan.operations += shape.operations() * static_cast<double>(times);
  }
  plan.evaluation_operations = evaluation_operations(step, model);
  plan.state_bytes = state_bytes(step, model, plan);
  plan.activation_bytes = activation_bytes(step, model);
  return plan;
}

Plan plan_run(const Step& step, const model::Model& model, double process_bytes) {
  auto plan = plan_step(step, model);
  const bool cpu = model.compute().device.is_cpu();
  plan.process_bytes = cpu ? process_bytes + kFirstUse : 0;
  plan.gap_bytes = cpu ? kGaps * (plan.state_bytes + plan.activation_bytes) : 0;
  return plan;
}

std::optional<int64_t> least_shards(int64_t batch, int64_t from,
                                    const std::function<bool(int64_t)>& fits) {
  if (from > batch || !fits(batch)) return std::nullopt;
  if (fits(from)) return from;
  int64_t too_few = from, enough = batch;
  while (enough - too_few > 1) {
    const int64_t middle = too_few + (enough - too_few) / 2;
    (fits(middle) ? enough : too_few) = middle;
  }
  return enough;
}

}  // namespace trm::plan
