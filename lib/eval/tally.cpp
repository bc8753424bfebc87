#include "eval/tally.h"

#include <bit>
#include <cmath>
#include <limits>

#include "eval/selection.h"
#include "tensor/values.h"

namespace trm::eval {
namespace {

constexpr double kProbabilities[] = {0.1, 0.2,  0.3,  0.4,  0.5,   0.6,   0.7,  0.8,
                                     0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999};
constexpr double kResiduals[] = {10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001};
constexpr int kRanges = 10;

double logit(double probability) { return std::log(probability / (1 - probability)); }
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// Ratings and sizes fall into 0, 1, 2-3, 4-7, ...: harder puzzles are rarer.
void add_to_bin(std::map<int, Bin>& bins, int64_t number, bool right, bool copy) {
  const auto width = std::bit_width(static_cast<uint64_t>(std::max<int64_t>(number, 0)));
  auto& bin = bins[static_cast<int>(width)];
  bin.low = width == 0 ? 0 : int64_t{1} << (width - 1);
  bin.high = width == 0 ? 0 : 2 * bin.low - 1;
  ++bin.puzzles;
  bin.right += right ? 1 : 0;
  bin.originals += copy ? 0 : 1;
}

std::vector<Bin> listed(const std::map<int, Bin>& bins) {
  std::vector<Bin> list;
  for (const auto& [width, bin] : bins) list.push_back(bin);
  return list;
}

template <class T>
T at(const torch::Tensor& x, int64_t row, int64_t column) {
  return row_of<T>(x, row)[static_cast<size_t>(column)];
}

double share(double part, int64_t all) { return part / static_cast<double>(all); }

}  // namespace

double Scores::metric(std::string_view name) const {
  for (const auto& score : metrics) {
    if (score.name == name) return score.mean;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

Interval interval_of(int64_t right, int64_t known, int64_t originals) {
  if (known == 0) return {};
  const double weight = static_cast<double>(originals) / static_cast<double>(known);
  return wilson(static_cast<double>(right) * weight, static_cast<double>(originals));
}

double Evaluation::standard_error() const {
  const double p = scores.exact_accuracy;
  return originals > 0 ? std::sqrt(p * (1 - p) / static_cast<double>(originals)) : 0;
}

Interval Evaluation::interval() const {
  const double right = scores.exact_accuracy * static_cast<double>(known);
  return interval_of(known > 0 ? std::llround(right) : 0, known, originals);
}

Tally::Tally(const data::Dataset& data, const data::Task& task, const Solver& solver,
             const Search& search, std::unique_ptr<data::Scorer> scorer, bool compatible)
    : data_(data),
      task_(task),
      search_(search),
      scorer_(std::move(scorer)),
      compatible_(compatible),
      metrics_(solver.metrics()),
      operations_(solver.operations()) {
  const Sums none{.metrics = std::vector<double>(metrics_.size())};
  by_step_.assign(static_cast<size_t>(search.depth()), none);
  const std::vector<std::vector<Sums>> of_breadth(
      search.depths.size(), std::vector<Sums>(search.selections.size(), none));
  by_breadth_.assign(search.breadths.size(), of_breadth);
  changed_.assign(static_cast<size_t>(search.depth()), 0);
  for (const double p : kProbabilities) stops_.push_back({Halt::kQ, p, logit(p)});
  for (const double r : kResiduals) stops_.push_back({Halt::kConverged, r, r});
  for (int i = 0; i < kRanges; ++i)
    calibration_.ranges.push_back({i / double{kRanges}, (i + 1) / double{kRanges}});
}

void Tally::count(Sums& sums, const History& history, int64_t row, int64_t step) const {
  if (row_of<uint8_t>(history.known, row)[0] != 0) {
    sums.right += at<uint8_t>(history.exact, row, step - 1);
    sums.accuracy += at<float>(history.accuracy, row, step - 1);
  }
  const auto metrics = row_of<double>(history.metrics, row);
  for (size_t m = 0; m < sums.metrics.size(); ++m)
    sums.metrics[m] += metrics[static_cast<size_t>(step - 1) * sums.metrics.size() + m];
}

Choices Tally::add(const Batch& puzzles, const History& history) {
  const auto breadth = search_.breadth();
  const auto last = search_.depths.size() - 1;
  Choices choices;
  const auto draws = add_selections(history);
  for (size_t e = 0; e < draws.size(); ++e)
    choices.rows.push_back(static_cast<int64_t>(e) * breadth + draws[e]);
  choices.answers = history.answers.select(1, static_cast<int64_t>(last))
                        .index_select(0, torch::tensor(choices.rows, at::kLong));
  for (size_t e = 0; e < choices.rows.size(); ++e) {
    const auto first = static_cast<int64_t>(e) * breadth, row = choices.rows[e];
    add_steps(history, first);
    if (row_of<int64_t>(history.example, row)[0] >= 0)
      add_puzzle(puzzles, history, static_cast<int64_t>(e), row, choices.answers);
  }
  return choices;
}

void Tally::add_steps(const History& history, int64_t row) {
  for (int64_t step = 1; step <= search_.depth(); ++step)
    count(by_step_[static_cast<size_t>(step) - 1], history, row, step);
}

std::vector<int64_t> Tally::add_selections(const History& history) {
  std::vector<int64_t> answering;
  for (size_t b = 0; b < search_.breadths.size(); ++b) {
    for (size_t k = 0; k < search_.depths.size(); ++k) {
      for (size_t s = 0; s < search_.selections.size(); ++s) {
        const auto draws = chosen(history, search_.selections[s], k, search_.breadths[b], search_);
        for (size_t e = 0; e < draws.size(); ++e) {
          count(by_breadth_[b][k][s], history,
                static_cast<int64_t>(e) * search_.breadth() + draws[e], search_.depths[k]);
        }
        if (s == 0) answering = draws;
      }
    }
  }
  return answering;
}

void Tally::add_puzzle(const Batch& puzzles, const History& history, int64_t place, int64_t row,
                       const torch::Tensor& answers) {
  const auto example = row_of<int64_t>(history.example, row)[0];
  const auto input = row_of<data::Token>(puzzles.inputs, place);
  const bool known = row_of<uint8_t>(history.known, row)[0] != 0;
  const auto end = search_.depth() - 1;
  const bool right = at<uint8_t>(history.exact, row, end) != 0;
  const double said = at<float>(history.value, row, end);
  // One that is no number, as of weights that have run away, trusts no answer.
  const double value = std::isnan(said) ? -std::numeric_limits<double>::infinity() : said;
  scorer_->add({example, input, row_of<data::Token>(answers, place), value});
  ++puzzles_;
  const auto first = place * search_.breadth();
  for (int64_t draw = 0; draw < search_.breadth(); ++draw)
    steps_ += row_of<int32_t>(history.steps, first + draw)[0];
  for (int64_t step = 0; step <= end; ++step)
    changed_[static_cast<size_t>(step)] += at<int32_t>(history.changed, first, step) > 0 ? 1 : 0;
  exact_.push_back(static_cast<int8_t>(!known ? -1 : right ? 1 : 0));
  const bool copy = data_.is_copy(example);
  copy_.push_back(copy);
  if (!known) return;
  ++known_;
  originals_ += copy ? 0 : 1;
  const bool converged = at<float>(history.residual, row, end) < search_.residual_threshold;
  converged_ += converged ? 1 : 0;
  spurious_ += converged && !right ? 1 : 0;
  if (const auto rating = data_.rating(example)) add_to_bin(ratings_, *rating, right, copy);
  add_to_bin(sizes_, task_.size_of(input), right, copy);
  add_stops(history, first);
  add_calibration(value, right);
}

void Tally::add_stops(const History& history, int64_t row) {
  const auto taken = row_of<int32_t>(history.steps, row)[0];
  const auto values = row_of<float>(history.value, row),
             residuals = row_of<float>(history.residual, row);
  for (auto& stop : stops_) {
    int32_t step = 1;
    const auto stops = [&](size_t i) {
      return stop.rule == Halt::kQ ? values[i] > stop.limit : residuals[i] < stop.limit;
    };
    while (step < taken && !stops(static_cast<size_t>(step) - 1)) ++step;
    stop.steps += step;
    stop.right += at<uint8_t>(history.exact, row, step - 1);
  }
}

void Tally::add_calibration(double value, bool right) {
  const double said = sigmoid(value), is = right ? 1 : 0;
  const auto range = said > 0 ? std::min(static_cast<int>(said * kRanges), kRanges - 1) : 0;
  auto& sums = calibration_.ranges[static_cast<size_t>(range)];
  ++sums.puzzles;
  sums.mean += said;
  sums.share += is;
  calibration_.brier += (said - is) * (said - is);
}

// Everything is divided by the number of known puzzles, of which the references make one at least.
Scores Tally::scores_of(const Sums& sums) const {
  const auto count = compatible_ ? std::max<int64_t>(known_, 1) : known_;
  Scores scores{share(static_cast<double>(sums.right), count), share(sums.accuracy, count)};
  for (size_t m = 0; m < metrics_.size(); ++m)
    scores.metrics.push_back({metrics_[m], share(sums.metrics[m], count)});
  return scores;
}

Evaluation Tally::result() const {
  Evaluation result;
  result.puzzles = puzzles_;
  result.known = known_;
  result.originals = originals_;
  result.scores = scores_of(by_breadth_.back().back().front());
  for (const auto& sums : by_step_) result.by_step.push_back(scores_of(sums));
  for (size_t b = 0; b < by_breadth_.size(); ++b) {
    BreadthScore at_breadth{search_.breadths[b], {}};
    for (size_t k = 0; k < search_.depths.size(); ++k) {
      DepthScore at_depth{search_.depths[k], {}};
      for (size_t s = 0; s < search_.selections.size(); ++s) {
        const auto& sums = by_breadth_[b][k][s];
        const auto scores = scores_of(sums);
        at_depth.selections.push_back({search_.selections[s], sums.right, scores.exact_accuracy,
                                       scores.accuracy,
                                       interval_of(sums.right, known_, originals_)});
      }
      at_breadth.by_depth.push_back(std::move(at_depth));
    }
    result.by_breadth.push_back(std::move(at_breadth));
  }
  result.by_rating = listed(ratings_);
  result.by_size = listed(sizes_);
  result.size_name = task_.size_name();
  result.mean_steps = share(static_cast<double>(steps_), puzzles_);
  result.step_operations = operations_;
  for (const auto& stop : stops_) {
    result.curve.push_back({stop.rule, stop.threshold,
                            share(static_cast<double>(stop.steps), known_),
                            share(static_cast<double>(stop.right), known_),
                            interval_of(stop.right, known_, originals_)});
  }
  for (const auto count : changed_)
    result.changed_by_step.push_back(share(static_cast<double>(count), puzzles_));
  result.converged = share(static_cast<double>(converged_), known_);
  result.spurious_fixed_points = share(static_cast<double>(spurious_), known_);
  result.calibration = calibration_;
  result.calibration.brier = share(calibration_.brier, known_);
  for (auto& range : result.calibration.ranges) {
    result.calibration.expected_error += share(std::abs(range.mean - range.share), known_);
    range.mean = share(range.mean, range.puzzles);
    range.share = share(range.share, range.puzzles);
  }
  auto report = scorer_->report();
  result.by_task = std::move(report.scores);
  result.files = std::move(report.files);
  result.exact = exact_;
  result.copy = copy_;
  return result;
}

}  // namespace trm::eval
