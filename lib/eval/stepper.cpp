#include "eval/stepper.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>

#include "core/random.h"
#include "eval/recorder.h"
#include "eval/resample.h"
#include "tensor/values.h"

namespace trm::eval {
namespace {

using torch::Tensor;

Tensor catenated(const std::vector<Tensor>& parts) {
  return parts.empty() || !parts.front().defined() ? Tensor() : at::cat(parts);
}

// Of each part the tensor that `field` names, one behind the other.
template <class Part, class Field>
Tensor all_of(const std::vector<Part>& parts, const Field& field) {
  std::vector<Tensor> tensors;
  for (const auto& part : parts) tensors.push_back(field(part));
  return catenated(tensors);
}

Reading rows_of(const Reading& reading, int64_t count) {
  const auto first = [&](const Tensor& x) { return x.defined() ? x.slice(0, 0, count) : x; };
  const auto& output = reading.output;
  return {{first(output.logits), first(output.q_halt), first(output.q_continue)},
          first(reading.answers),
          first(reading.metrics)};
}

// Which row each one goes on from; draws of an example stand together.
Tensor resampled_rows(const Tensor& values, const Tensor& examples, int64_t step,
                      const Search& search) {
  const auto host = (values.to(at::kDouble) / search.temperature).cpu().contiguous();
  const auto names = examples.cpu().contiguous();
  const auto scores = values_of<double>(host);
  const auto example = values_of<int64_t>(names);
  std::vector<int64_t> rows;
  const auto breadth = static_cast<size_t>(search.breadth());
  for (size_t begin = 0; begin < scores.size(); begin += breadth) {
    Stream stream(search.seed, "evaluation/resample", static_cast<uint64_t>(step),
                  static_cast<uint64_t>(example[begin]));
    for (const auto copy : resampled(scores.subspan(begin, breadth), stream.uniform()))
      rows.push_back(static_cast<int64_t>(begin) + copy);
  }
  return torch::tensor(rows, at::kLong).to(values.device());
}

}  // namespace

Trajectories Stepper::begin(const Batch& puzzles, const Tensor& examples) const {
  const auto& device = solver_.compute().device;
  const auto breadth = search_.breadth();
  const auto repeated = [&](const Tensor& x) {
    return queue_to(breadth == 1 ? x : x.repeat_interleave(breadth, 0), device);
  };
  Trajectories rows{{},
                    record::map(puzzles, repeated),
                    repeated(examples),
                    queue_to(torch::arange(breadth, at::kLong).repeat({examples.size(0)}), device)};
  rows.data.puzzles = rows.rows();
  solver_.start(rows);
  return rows;
}

Reading Stepper::advance(Trajectories& rows, int64_t step) const {
  const auto count = rows.rows();
  const bool whole = solver_.compute().device.is_cpu();  // calls of always as many rows
  if (count == rows_at_once_ || (count < rows_at_once_ && !whole))
    return solver_.advance(rows, step);
  std::vector<Trajectories> parts;
  std::vector<Reading> readings;
  for (int64_t begin = 0; begin < count; begin += rows_at_once_) {
    const auto end = std::min(begin + rows_at_once_, count);
    auto part = record::slice(rows, begin, end);
    if (end - begin < rows_at_once_ && whole) {
      // Any rows will do in the places of those that lack; the last one is at hand.
      const auto places =
          torch::arange(rows_at_once_, rows.example.options()).clamp_max_(end - begin - 1);
      part = part.select(places);
    }
    part.data.puzzles = part.rows();
    readings.push_back(rows_of(solver_.advance(part, step), end - begin));
    parts.push_back(record::slice(part, 0, end - begin));
  }
  for (size_t i = 0; i < rows.state.size(); ++i)
    rows.state[i] = all_of(parts, [&](const Trajectories& part) { return part.state[i]; });
  if (readings.size() == 1) return readings.front();
  const auto all = [&](const auto& field) { return all_of(readings, field); };
  return {{all([](const Reading& r) { return r.output.logits; }),
           all([](const Reading& r) { return r.output.q_halt; }),
           all([](const Reading& r) { return r.output.q_continue; })},
          all([](const Reading& r) { return r.answers; }),
          all([](const Reading& r) { return r.metrics; })};
}

Outcome Stepper::run(const Batch& puzzles, const Tensor& examples, const Wanted& wanted,
                     const std::function<void()>& between) const {
  torch::NoGradGuard no_grad;
  auto rows = begin(puzzles, examples);
  Recorder recorder(solver_, search_, wanted, rows);
  auto index = torch::arange(rows.rows(), rows.example.options());
  for (int64_t step = 1; step <= search_.depth() && rows.rows() > 0; ++step) {
    if (between) between();
    recorder.note(step, rows, advance(rows, step), index);
    if (step == search_.depth()) break;
    if (search_.halt != Halt::kNever) {
      const auto going = recorder.halted().logical_not().nonzero().view({-1});
      if (going.size(0) == rows.rows()) continue;
      rows = rows.select(going);
      index = index.index_select(0, going);
      recorder.select(going);
    } else if (search_.resample_every && step % *search_.resample_every == 0) {
      const auto from = resampled_rows(recorder.values(), rows.example, step, search_);
      rows.state = record::select(rows.state, from);
      recorder.select(from);
    }
  }
  return recorder.finish();
}

}  // namespace trm::eval
