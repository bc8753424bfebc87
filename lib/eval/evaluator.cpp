#include "eval/evaluator.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "core/error.h"
#include "core/interrupt.h"
#include "eval/exchange.h"
#include "eval/kept_progress.h"
#include "eval/tally.h"
#include "tensor/values.h"
#include "tensor/workers.h"

namespace trm::eval {
namespace {

using torch::Tensor;

// Rows that a worker has under way on a processor, where rows halt: those that go on fill calls of
// kRowsOfWorker until few are left; and where a puzzle has several.
constexpr int64_t kRowsThatHalt = 256, kRowsOfSeveral = 64;

constexpr int64_t kPadding = -1;

// What the sink wants of outcomes, in the place of their rows: those that answer.
model::Output output_of(const Outcome& outcome, const Choices& choices) {
  const auto rows = torch::tensor(choices.rows, at::kLong);
  const auto of_rows = [&](const Tensor& x) { return x.defined() ? x.index_select(0, rows) : x; };
  const auto& last = outcome.last;
  if (last.q_halt.defined())
    return {of_rows(last.logits), of_rows(last.q_halt), of_rows(last.q_continue)};
  const auto& values = outcome.history.value;
  return {{}, of_rows(values.select(1, values.size(1) - 1)), {}};
}

class Run {
 public:
  Run(Solver& solver, const data::Task& task, const Request& request, const AnswerSink& sink)
      : request_(request),
        sink_(sink),
        compute_(solver.compute()),
        examples_(request.examples),
        reader_(request.data, &task),
        rows_(compute_.device.is_cuda() ? request.batch : kRowsOfWorker),
        tally_(*request.data, task, solver, request.search,
               task.scorer({*request.data, request.examples, request.compatible, request.earlier}),
               request.compatible) {
    if (request.kept && (request.whole_output || request.frames > 0))
      throw std::logic_error("progress is kept of answers alone");
    // The references' rule counts the rows that fill their last batch.
    if (request.compatible)
      examples_.resize((examples_.size() + static_cast<size_t>(rows_) - 1) /
                           static_cast<size_t>(rows_) * static_cast<size_t>(rows_),
                       kPadding);
    group_ = examples_of_group();
    const auto groups = (count() + group_ - 1) / group_;
    solvers_.push_back({nullptr, &solver});
    for (int64_t w = 1; w < workers_for(compute_, groups); ++w) {
      auto replica = solver.replica();
      auto* own = replica.get();
      solvers_.push_back({std::move(replica), own});
    }
  }

  int64_t count() const { return static_cast<int64_t>(examples_.size()); }
  int64_t workers() const { return static_cast<int64_t>(solvers_.size()); }

  // Examples that are under way at the same time, the same number on all ranks.
  int64_t examples_at_once() const {
    const auto ranks = static_cast<int64_t>(request_.world->ranks());
    const auto workers = ranks > 1 ? ranks : static_cast<int64_t>(solvers_.size());
    const auto rows = group_ * request_.search.breadth();
    return group_ * std::max((request_.batch + rows - 1) / rows, workers);
  }

  // What an evaluation before this one has done: how many examples.
  int64_t take_over() {
    int64_t done = 0;
    while (const auto history = kept_history()) {
      const auto rows = history->rows() / request_.search.breadth();
      check(*history, done, rows);
      absorb(done, {*history, {}, {}}, rows);
      done += rows;
    }
    return done;
  }

  void add(int64_t begin, int64_t end) {
    const auto groups = (end - begin + group_ - 1) / group_;
    const auto& world = *request_.world;
    const auto share = (groups + world.ranks() - 1) / world.ranks();
    const auto first = std::min(share * world.rank(), groups),
               own = std::min(share, groups - first);
    std::vector<Outcome> outcomes(static_cast<size_t>(own));
    std::optional<Interrupted> interrupted;
    try {
      for_each_item(compute_, own, [&](int64_t worker, int64_t item) {
        const auto from = begin + (first + item) * group_;
        outcomes[static_cast<size_t>(item)] = outcome_of(
            *solvers_[static_cast<size_t>(worker)].solver, from, std::min(from + group_, end));
      });
    } catch (const Interrupted& asked) {
      interrupted = asked;
    }
    agree(interrupted);
    for (const auto& outcome : gathered(std::move(outcomes), *request_.world)) {
      const auto rows = outcome.history.rows() / request_.search.breadth();
      absorb(begin, outcome, rows);
      if (request_.kept) request_.kept->add(outcome.history, rows);
      begin += rows;
    }
  }

  Evaluation result() const { return tally_.result(); }

 private:
  struct Worker {
    std::shared_ptr<Solver> own;  // null of the first
    Solver* solver;
  };

  int64_t examples_of_group() const {
    const auto& search = request_.search;
    const bool halts = search.halt != Halt::kNever;
    int64_t rows = rows_;
    if (compute_.device.is_cuda()) {
      rows = halts ? 4 * rows_ : rows_;
    } else if (halts) {
      // At least two groups a worker.
      const auto ranks = static_cast<int64_t>(request_.world->ranks());
      // Ranks may have different numbers of threads, and have to agree.
      const auto workers = ranks > 1 ? ranks : workers_for(compute_, count());
      const auto all = count() * search.breadth();
      rows = std::clamp(all / (2 * workers) / rows_ * rows_, rows_, kRowsThatHalt);
    } else if (search.breadth() > 1) {
      rows = kRowsOfSeveral;
    }
    return std::max<int64_t>(1, rows / search.breadth());
  }

  // On the host, with a row for each.
  Batch puzzles(int64_t begin, int64_t end) const {
    const std::span all(examples_);
    auto some = all.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin));
    while (!some.empty() && some.back() == kPadding) some = some.first(some.size() - 1);
    return reader_.read_padded(some, end - begin);
  }

  Outcome outcome_of(Solver& solver, int64_t begin, int64_t end) const {
    const auto names = torch::tensor(
        at::IntArrayRef(examples_.data() + begin, static_cast<size_t>(end - begin)), at::kLong);
    const Stepper::Wanted wanted{.last = sink_ && request_.whole_output,
                                 .frames = begin < request_.frames};
    const Stepper stepper(solver, request_.search, rows_);
    return stepper.run(puzzles(begin, end), names, wanted, [&] {
      if (request_.interruptible) throw_if_interrupted();
    });
  }

  // Where one rank was interrupted all are.
  void agree(const std::optional<Interrupted>& interrupted) const {
    int signal = interrupted ? interrupted->signal : 0;
    for (const auto& of_rank : request_.world->all_gather(torch::tensor({signal})))
      signal = std::max(signal, of_rank.item<int>());
    if (signal != 0) throw Interrupted{signal};
  }

  // The next of what rank 0 has kept.
  std::optional<History> kept_history() const {
    const auto kept = request_.kept ? request_.kept->next() : std::nullopt;
    if (request_.world->ranks() == 1) return kept;
    const auto own = kept ? packed({{*kept, {}, {}}}) : std::string();
    const auto bytes = request_.world->broadcast_text(own);
    if (bytes.empty()) return std::nullopt;
    return unpacked(bytes).front().history;
  }

  // Error where it is not of these examples.
  void check(const History& history, int64_t begin, int64_t rows) const {
    const auto& search = request_.search;
    bool good = begin + rows <= count() && rows * search.breadth() == history.rows() &&
                history.example.scalar_type() == at::kLong && history.answers.dim() == 3 &&
                history.answers.size(1) == static_cast<int64_t>(search.depths.size()) &&
                history.exact.dim() == 2 && history.exact.size(1) == search.depth();
    for (int64_t row = 0; good && row < history.rows(); ++row) {
      good = row_of<int64_t>(history.example, row)[0] ==
             examples_[static_cast<size_t>(begin + row / search.breadth())];
    }
    if (!good)
      throw Error((request_.kept ? request_.kept->folder().string() + ": " : "") +
                  "the progress that was kept is of another evaluation; remove it");
  }

  void absorb(int64_t begin, const Outcome& outcome, int64_t rows) {
    const auto batch = puzzles(begin, begin + rows);
    const auto choices = tally_.add(batch, outcome.history);
    if (!sink_) return;
    const auto real = static_cast<size_t>(batch.puzzles);
    const auto output = output_of(outcome, choices);
    sink_({batch.slice(0, batch.puzzles), choices.answers.slice(0, 0, batch.puzzles),
           std::span(examples_).subspan(static_cast<size_t>(begin), real), output, outcome.history,
           outcome.frames.answers.defined() ? &outcome.frames : nullptr,
           std::span(choices.rows).first(real)});
  }

  const Request& request_;
  const AnswerSink& sink_;
  Compute compute_;
  std::vector<int64_t> examples_;  // with those of padding at the end
  data::BatchReader reader_;
  int64_t rows_;       // of a call of the solver
  int64_t group_ = 1;  // examples that a worker has under way
  Tally tally_;
  std::vector<Worker> solvers_;
};

}  // namespace

std::vector<int64_t> first_examples(const data::Dataset& data, std::optional<int64_t> limit) {
  std::vector<int64_t> examples(
      static_cast<size_t>(std::min(data.examples(), limit.value_or(data.examples()))));
  std::iota(examples.begin(), examples.end(), int64_t{0});
  return examples;
}

Evaluation evaluate(Solver& solver, const data::Task& task, const Request& request,
                    Progress& progress, const AnswerSink& sink) {
  torch::NoGradGuard no_grad;
  const auto start = std::chrono::steady_clock::now();
  Run run(solver, task, request, sink);
  const auto puzzles = static_cast<int64_t>(request.examples.size());
  auto done = run.take_over();
  if (done > 0) progress.expect(puzzles, std::min(done, puzzles));
  int signal = 0;
  while (done < run.count()) {
    const auto end = std::min(done + run.examples_at_once(), run.count());
    try {
      run.add(done, end);
    } catch (const Interrupted& asked) {
      if (request.kept) request.kept->save();
      signal = asked.signal;
      break;
    }
    done = end;
    progress.update(std::min(done, puzzles));
  }
  auto evaluation = run.result();
  evaluation.workers = run.workers();
  evaluation.signal = signal;
  evaluation.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return evaluation;
}

}  // namespace trm::eval
