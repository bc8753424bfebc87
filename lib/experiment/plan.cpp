#include "experiment/plan.h"

#include <fmt/format.h>

#include "core/config_dump.h"
#include "core/terminal.h"

namespace trm::experiment {
namespace {

// Of a processor, measured on six configs (experiments/LOG.md). What LibTorch loads of its code and sets up once it computes:
constexpr double kFirstUse = 43.0 * (1 << 20);
// and what glibc holds beyond the tensors, which come in a few sizes and go in another order.
constexpr double kGaps = 0.15;

int64_t rows_at_once(const Experiment& e) { return e.train.micro_batch.value_or(e.train.batch); }

// Whole and last micro-batches of a step: rows and how many.
std::vector<std::pair<int64_t, int64_t>> micro_batches(const Experiment& e) {
  const int64_t rows = rows_at_once(e), whole = e.train.batch / rows, rest = e.train.batch % rows;
  std::vector<std::pair<int64_t, int64_t>> parts = {{rows, whole}};
  if (rest > 0) parts.push_back({rest, 1});
  return parts;
}

// The other two products of one: gradients of its operands.
std::vector<nn::Product> with_gradients(const nn::Product& p) {
  return {p, {p.batch, p.m, p.n, p.k}, {p.batch, p.k, p.m, p.n}};
}

double state_bytes(const Experiment& e, const model::Model& model, const Plan& plan) {
  const double copies = 4 + (e.optim.ema ? 1 : 0);  // values, gradients, two moments, averages
  const bool half = model.compute().precision == at::kBFloat16;
  const double shadow = half ? 2.0 * static_cast<double>(plan.parameters) : 0;
  double latent = 0;
  const auto initial = model.initial();
  for (const auto& [name, value] : initial.tensors()) latent += static_cast<double>(value.nbytes());
  return 4.0 * copies * static_cast<double>(plan.parameters) + shadow +
         4.0 * static_cast<double>(plan.puzzle_numbers) +
         3.0 * latent * static_cast<double>(e.train.batch);  // the carry, and a step's own copies
}

double activation_bytes(const Experiment& e, const model::Model& model) {
  const double width = model.compute().precision == at::kBFloat16 ? 2 : 4;
  double saved = 0, largest = 0;
  for (const auto& work : model.work(rows_at_once(e))) {
    const auto numbers = static_cast<double>(work.application.saved_numbers);
    saved += numbers * static_cast<double>(work.with_gradient);
    largest = std::max(largest, numbers);
  }
  // A backward pass through one application needs about as much again.
  return width * (saved + largest);
}

}  // namespace

std::vector<StepProduct> step_products(const Experiment& experiment, const model::Model& model) {
  std::vector<StepProduct> products;
  const auto add = [&](const nn::Product& shape, int64_t times) {
    if (times > 0) products.push_back({shape, times});
  };
  for (const auto& [rows, count] : micro_batches(experiment)) {
    for (const auto& work : model.work(rows)) {
      for (const auto& product : work.application.products) {
        add(product, count * work.without_gradient);
        for (const auto& part : with_gradients(product)) add(part, count * work.with_gradient);
      }
    }
  }
  return products;
}

Plan plan_step(const Experiment& experiment, const model::Model& model) {
  Plan plan;
  plan.parameters = model.parameter_count();
  for (const auto& [name, value] : model.named_weights()) {
    if (name == "puzzle_emb.weights") plan.puzzle_numbers = value.numel();
  }
  for (const auto& [shape, times] : step_products(experiment, model)) {
    plan.operations += shape.operations() * static_cast<double>(times);
  }
  plan.state_bytes = state_bytes(experiment, model, plan);
  plan.activation_bytes = activation_bytes(experiment, model);
  return plan;
}

std::string describe_plan(Experiment experiment) {
  const auto compute = resolve_compute(experiment);
  const auto puzzles = open_puzzles(experiment.data);
  const bool cpu = compute.device.is_cpu();
  const double program = cpu ? static_cast<double>(resident_bytes()) + kFirstUse : 0;
  const auto model = build_model(experiment, puzzles.spec(), compute);
  auto plan = plan_step(experiment, *model);
  plan.process_bytes = program;
  plan.gap_bytes = cpu ? kGaps * (plan.state_bytes + plan.activation_bytes) : 0;
  const auto steps = total_steps(experiment.train, puzzles);
  std::string text = dump_config(experiment);
  text += fmt::format("\n{:<28} {} of {} groups, {} examples for validation, {} for testing\n",
                      "data", puzzles.training_groups.size(), puzzles.train->groups(),
                      puzzles.validation_examples.size(), puzzles.test->examples());
  text += fmt::format("{:<28} {}\n", "steps", steps);
  text += fmt::format("{:<28} {} ({})\n", "parameters", plan.parameters,
                      human_count(static_cast<double>(plan.parameters)));
  text += fmt::format("{:<28} {} rows, {} numbers\n", "puzzle embedding", puzzles.spec().puzzles,
                      plan.puzzle_numbers);
  text += fmt::format("{:<28} {}FLOP; {}FLOP for the run\n", "matrix products of a step",
                      human_count(plan.operations),
                      human_count(plan.operations * static_cast<double>(steps)));
  text += fmt::format("{:<28} {} ({} program, {} state, {} activations, {} gaps)\n",
                      "memory expected", human_bytes(plan.memory_bytes()),
                      human_bytes(plan.process_bytes), human_bytes(plan.state_bytes),
                      human_bytes(plan.activation_bytes), human_bytes(plan.gap_bytes));
  return text;
}

}  // namespace trm::experiment
