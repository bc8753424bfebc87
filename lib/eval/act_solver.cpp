#include "eval/act_solver.h"

#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/stack.h>

#include "loss/correctness.h"

namespace trm::eval {

using torch::Tensor;

ActSolver::ActSolver(model::Model& model, std::shared_ptr<loss::TokenLoss> token_loss,
                     const Search& search, bool compatible)
    : model_(model), token_loss_(std::move(token_loss)), search_(search), compatible_(compatible) {}

model::StepContext ActSolver::context(const Trajectories& rows, int64_t step) const {
  model::StepContext context;
  context.phase = model::Phase::kEvaluation;
  context.supervision_step = step;
  context.step = torch::full({1}, step, rows.example.options());
  context.rows = rows.ids();
  context.seed = search_.seed;
  if (search_.motion) context.motion = &*search_.motion;
  return context;
}

void ActSolver::start(Trajectories& rows) {
  rows.state = model_.start(context(rows, 0));
  if (rows.state[0].size(0) == 1) rows.state = rows.state.repeat(rows.rows());
}

Reading ActSolver::advance(Trajectories& rows, int64_t step) {
  const auto context = this->context(rows, step);
  for (size_t i = 0; search_.step_noise > 0 && i < rows.state.size(); ++i) {
    if (!rows.state.tensors()[i].name.starts_with(search_.step_noise_on)) continue;
    const auto number = -1 - static_cast<int64_t>(i);  // those of updates count from 0
    rows.state[i] =
        rows.state[i] + model::latent_noise(rows.state[i], number, context) * search_.step_noise;
  }
  Reading reading;
  reading.output = model_.forward(rows.state, rows.data, context);
  reading.answers = reading.output.logits.argmax(-1).to(at::kInt);
  reading.metrics = metrics_of(rows, reading);
  return reading;
}

Tensor ActSolver::metrics_of(const Trajectories& rows, const Reading& reading) const {
  const auto& labels = rows.data.labels;
  const auto [cells, exact, accuracy] = loss::correctness(reading.answers, labels);
  const auto labelled = cells.gt(0);
  const auto divisor = cells.clamp_min(1).unsqueeze(1);
  const auto& q = reading.output.q_halt;
  const auto halt_right = q.ge(0).eq(exact).logical_and(labelled);
  const auto lm = (token_loss_->forward(reading.output.logits, labels) / divisor).sum(-1);
  auto halt = at::binary_cross_entropy_with_logits(q, exact.to(q.scalar_type()), {}, {},
                                                   at::Reduction::None);
  if (!compatible_) halt = halt * labelled;
  return at::stack(
      std::vector<Tensor>{halt_right.to(at::kDouble), lm.to(at::kDouble), halt.to(at::kDouble)}, 1);
}

double ActSolver::operations() const {
  double operations = 0;
  for (const auto& work : model_.forward_work(1)) {
    const auto times = static_cast<double>(work.with_gradient + work.without_gradient);
    for (const auto& product : work.application.products)
      operations += product.operations() * times;
  }
  return operations;
}

std::shared_ptr<Solver> ActSolver::replica() const {
  auto model = model_.replica();
  auto solver = std::make_shared<ActSolver>(*model, token_loss_, search_, compatible_);
  solver->own_ = std::move(model);
  return solver;
}

}  // namespace trm::eval
