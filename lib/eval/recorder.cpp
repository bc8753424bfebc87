#include "eval/recorder.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/minimum.h>

#include <limits>

#include "loss/correctness.h"

namespace trm::eval {
namespace {

using torch::Tensor;

// Values of some rows into a column of [R, S, ...].
void put(const Tensor& into, int64_t column, const Tensor& index, const Tensor& values) {
  auto place = into.select(1, column);
  if (index.size(0) == into.size(0)) {
    place.copy_(values);  // all rows, which are in order
  } else {
    place.index_copy_(0, index, values.to(into.scalar_type()));
  }
}

// Of each cell, [R, L].
Tensor largest_probabilities(const Tensor& logits) {
  return std::get<0>(logits.to(at::kFloat).softmax(-1).max(-1));
}

void put_rows(Tensor& into, const Tensor& index, const Tensor& values, int64_t rows) {
  if (!into.defined()) {
    auto shape = values.sizes().vec();
    shape[0] = rows;
    into = torch::zeros(shape, values.options());
  }
  into.index_copy_(0, index, values);
}

// Where a row took fewer steps than there are columns, the last of them in the later ones.
Tensor extended(const Tensor& x, const Tensor& steps) {
  const auto columns = torch::arange(x.size(1), steps.options().dtype(at::kLong));
  auto index = at::minimum(columns.unsqueeze(0), steps.to(at::kLong).unsqueeze(1) - 1);
  if (x.dim() == 3) index = index.unsqueeze(2).expand({-1, -1, x.size(2)});
  return x.gather(1, index);
}

}  // namespace

Recorder::Recorder(const Solver& solver, const Search& search, const Stepper::Wanted& wanted,
                   const Trajectories& begun)
    : search_(search),
      wanted_(wanted),
      cells_(solver.spec().cells),
      vocabulary_(solver.spec().vocabulary) {
  const auto rows = begun.rows(), steps = search.depth();
  const auto& device = solver.compute().device;
  const auto table = [&](at::ScalarType type) {
    return torch::zeros({rows, steps}, torch::dtype(type).device(device));
  };
  auto& h = outcome_.history;
  h.example = begun.example;
  h.known = begun.data.labels.ne(kIgnoredLabel).any(1).to(at::kByte);
  h.steps = torch::zeros({rows}, torch::dtype(at::kInt).device(device));
  h.exact = table(at::kByte);
  for (auto* x : {&h.accuracy, &h.value, &h.residual, &h.confidence}) *x = table(at::kFloat);
  h.changed = table(at::kInt);
  h.metrics = torch::zeros({rows, steps, static_cast<int64_t>(solver.metrics().size())},
                           torch::dtype(at::kDouble).device(device));
  const auto depths = static_cast<int64_t>(search.depths.size());
  h.answers = torch::zeros({rows, depths, cells_}, torch::dtype(at::kInt).device(device));
  if (!wanted.frames) return;
  outcome_.frames = {torch::zeros({rows, steps, cells_}, torch::dtype(at::kInt).device(device)),
                     torch::zeros({rows, steps, cells_}, torch::dtype(at::kByte).device(device))};
}

Tensor Recorder::residual(const Trajectories& rows, const Reading& reading) const {
  const auto& now = reading.output.logits;
  const auto nothing = [&] {
    return torch::full({rows.rows()}, std::numeric_limits<float>::quiet_NaN(),
                       reading.answers.options().dtype(at::kFloat));
  };
  if (!begun_) return nothing();
  if (!search_.latent_residual) {
    if (!now.defined()) return nothing();
    return (now.to(at::kFloat) - logits_.to(at::kFloat))
        .norm(2, at::IntArrayRef({2}))
        .mean(at::IntArrayRef({1}));
  }
  Tensor squares;
  int64_t numbers = 0;
  for (size_t i = 0; i < state_.size(); ++i) {
    const auto change = rows.state[i].to(at::kFloat) - state_[i].to(at::kFloat);
    const auto sum = change.square().flatten(1).sum(at::IntArrayRef({1}));
    squares = squares.defined() ? squares + sum : sum;
    numbers += change.numel() / change.size(0);
  }
  return (squares / static_cast<double>(numbers)).sqrt();
}

void Recorder::note(int64_t step, const Trajectories& rows, const Reading& reading,
                    const Tensor& index) {
  auto& h = outcome_.history;
  const int64_t column = step - 1;
  const auto right = loss::correctness(reading.answers, rows.data.labels);
  put(h.exact, column, index, right.exact.logical_and(right.cells.gt(0)));
  put(h.accuracy, column, index, right.accuracy);
  value_ = reading.output.q_halt.to(at::kFloat);
  put(h.value, column, index, value_);
  residual_ = residual(rows, reading);
  put(h.residual, column, index, residual_);
  if (begun_) put(h.changed, column, index, reading.answers.ne(answers_).sum(-1).to(at::kInt));
  if (search_.selects(Selection::kConfidence) && reading.output.logits.defined()) {
    const auto most = largest_probabilities(reading.output.logits);
    put(h.confidence, column, index, most.mean(at::IntArrayRef({1})));
  }
  put(h.metrics, column, index, reading.metrics);
  h.steps.index_fill_(0, index, step);
  keep_answers(step, reading, index);
  if (wanted_.frames) keep_frames(step, reading, index);
  const bool may_be_last = step == search_.depth() || search_.halt != Halt::kNever;
  if (wanted_.last && may_be_last) keep_last(reading, index);
  answers_ = reading.answers;
  if (search_.latent_residual) {
    state_ = rows.state;
  } else {
    logits_ = reading.output.logits;
  }
  begun_ = true;
}

// A later depth may be one that the row does not live to see.
void Recorder::keep_answers(int64_t step, const Reading& reading, const Tensor& index) {
  auto& h = outcome_.history;
  for (size_t k = 0; k < search_.depths.size(); ++k) {
    const bool due = search_.depths[k] == step;
    if (due || (search_.halt != Halt::kNever && search_.depths[k] > step))
      put(h.answers, static_cast<int64_t>(k), index, reading.answers);
  }
}

void Recorder::keep_last(const Reading& reading, const Tensor& index) {
  const auto rows = outcome_.history.rows();
  const auto& output = reading.output;
  put_rows(outcome_.last.q_halt, index, output.q_halt, rows);
  if (output.q_continue.defined())
    put_rows(outcome_.last.q_continue, index, output.q_continue, rows);
  if (output.logits.defined()) put_rows(outcome_.last.logits, index, output.logits, rows);
}

void Recorder::keep_frames(int64_t step, const Reading& reading, const Tensor& index) {
  put(outcome_.frames.answers, step - 1, index, reading.answers);
  if (!reading.output.logits.defined()) return;
  const auto most = largest_probabilities(reading.output.logits);
  put(outcome_.frames.sureness, step - 1, index, (most * 255).round().to(at::kByte));
}

Tensor Recorder::halted() const {
  return search_.halt == Halt::kQ ? value_.gt(search_.q_threshold)
                                  : residual_.lt(search_.residual_threshold);
}

void Recorder::select(const Tensor& rows) {
  for (auto* x : {&value_, &residual_, &answers_, &logits_}) {
    if (x->defined()) *x = x->index_select(0, rows);
  }
  if (state_.size() > 0) state_ = record::select(state_, rows);
}

Outcome Recorder::finish() {
  auto& h = outcome_.history;
  if (search_.halt != Halt::kNever) {
    for (auto* x : {&h.exact, &h.accuracy, &h.value, &h.residual, &h.confidence, &h.metrics})
      *x = extended(*x, h.steps);
    for (auto* x : {&outcome_.frames.answers, &outcome_.frames.sureness}) {
      if (x->defined()) *x = extended(*x, h.steps);
    }
  }
  h = record::map(h, [](const Tensor& x) { return x.cpu(); });
  for (auto* x : {&outcome_.last.logits, &outcome_.last.q_halt, &outcome_.last.q_continue,
                  &outcome_.frames.answers, &outcome_.frames.sureness}) {
    if (x->defined()) *x = x->cpu();
  }
  return std::move(outcome_);
}

}  // namespace trm::eval
